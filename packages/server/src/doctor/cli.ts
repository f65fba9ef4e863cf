#!/usr/bin/env node
import path from "node:path";
import { diagnose } from "./diagnose.js";
import { readProject } from "./read-project.js";
import { report } from "./report.js";

const USAGE = `usage: halyard doctor [folder of a project]
Looks for copies of the originals, several versions of ours, old adapters and imports that break.
`;

/** Exit code 0 without problems, 1 with, 2 for a call that is not understood. */
function main(args: readonly string[]): number {
  const [command, folder = ".", ...rest] = args;
  if (command !== "doctor" || rest.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const findings = diagnose(readProject(path.resolve(folder)));
  process.stdout.write(report(findings));
  return findings.some(({ level }) => level === "problem") ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));

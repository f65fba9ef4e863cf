#!/usr/bin/env node
import { existsSync } from "node:fs";
import path from "node:path";
import { diagnose } from "./diagnose.js";
import { readProject } from "./read-project.js";
import { report } from "./report.js";

const USAGE = `usage: halyard doctor [folder of a project]
Looks for copies of the originals, several versions of ours, old adapters and imports that break.
`;

/** Exit code 0 without problems, 1 with, 2 for a call that is not understood or a folder that is no project. */
function main(args: readonly string[]): number {
  const [command, folder = ".", ...rest] = args;
  if (command !== "doctor" || rest.length > 0) {
    process.stderr.write(USAGE);
    return 2;
  }
  const root = path.resolve(folder);
  if (!existsSync(path.join(root, "package.json"))) {
    process.stderr.write(`no package.json in ${root}\n`);
    return 2;
  }
  const findings = diagnose(readProject(root));
  process.stdout.write(report(findings));
  return findings.some(({ level }) => level === "problem") ? 1 : 0;
}

process.exitCode = main(process.argv.slice(2));

// Runs published packages on ours: `pnpm e2e:ecosystem [--only NAME[,NAME]] [--all] [--jobs N] [--upstream] [--write] [--keep]`.
//   --all        the slow cases, too
//   --upstream   the same cases on socket.io itself: shows that a case is right
//   --write      bring the table of docs/compatibility.md up to date
//   --keep       leave the folders of the cases for inspection
// A line per case and a total; exit code 1 if one fails. What a case is: support/case.d.ts.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { installCase } from "./support/install.mjs";
import { packPackages } from "./support/pack.mjs";
import { startRegistry } from "./support/registry.mjs";
import { writeTable } from "./support/table.mjs";

const here = import.meta.dirname;
const { values } = parseArgs({
  options: {
    only: { type: "string" },
    all: { type: "boolean", default: false },
    jobs: { type: "string", default: "2" },
    upstream: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    keep: { type: "boolean", default: false },
  },
});

const only = values.only?.split(",");
const files = readdirSync(path.join(here, "cases")).filter((file) => file.endsWith(".mjs"));
const cases = [];
const left = [];
for (const file of files.sort()) {
  const definition = await import(path.join(here, "cases", file));
  const id = path.basename(file, ".mjs");
  if (only !== undefined && !only.includes(id)) continue;
  if (only === undefined && definition.slow && !values.all) left.push(id);
  else cases.push({ id, file: path.join(here, "cases", file), definition });
}
if (cases.length === 0) throw new Error(`no case named ${values.only}`);

const work = mkdtempSync(path.join(tmpdir(), "halyard-ecosystem-"));
const packages = values.upstream ? [] : packPackages(work);
const registry = await startRegistry(packages);
const started = performance.now();
const failed = [];
const skipped = [];
const results = [];

/** Groups of processes that must not outlive this one. */
const running = new Set();
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    for (const pid of running) killGroup(pid);
    process.exit(1);
  });
}

const queue = [...cases];
await Promise.all(Array.from({ length: Number(values.jobs) }, runQueue));

async function runQueue() {
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) await runCase(next);
}

async function runCase({ id, file, definition }) {
  const missing = definition.missing?.() ?? null;
  if (missing !== null) {
    skipped.push(id);
    console.log(`SKIP ${id} (${definition.name}): ${missing} is not installed`);
    return;
  }
  const begin = performance.now();
  const folder = path.join(work, id);
  let outcome;
  try {
    const ours = values.upstream ? null : { packages, registryUrl: registry.url };
    await installCase(folder, definition, ours);
    outcome = await runProcess([file, folder, JSON.stringify(ours)], definition.timeoutMs ?? 120_000);
  } catch (error) {
    outcome = { ok: false, output: String(error?.stack ?? error) };
  }
  const seconds = ((performance.now() - begin) / 1000).toFixed(1);
  console.log(`${outcome.ok ? "ok  " : "FAIL"} ${id} (${definition.name}) ${outcome.summary ?? ""} ${seconds} s`);
  results.push({ id, definition, ok: outcome.ok });
  if (outcome.ok) return;
  failed.push(id);
  console.log(outcome.output.replaceAll(/^/gm, "     "));
}

/** A case has a process of its own, and a time: what it started ends with it. */
function runProcess(args, timeoutMs) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [path.join(here, "support", "run-case.mjs"), ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    running.add(child.pid);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    const timer = setTimeout(() => {
      output += `\nnot done after ${timeoutMs} ms`;
      killGroup(child.pid);
    }, timeoutMs);
    child.on("exit", (code) => {
      clearTimeout(timer);
      running.delete(child.pid);
      killGroup(child.pid);
      resolve({ ok: code === 0, output, summary: /^(\d+ checks)$/m.exec(output)?.[1] });
    });
  });
}

function killGroup(pid) {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // The group has ended.
  }
}

registry.close();
if (!values.keep) rmSync(work, { recursive: true, force: true });
else console.log(`kept ${work}`);
if (values.write && !values.upstream) writeTable(results);
if (left.length > 0) console.log(`left out, run by --all: ${left.join(", ")}`);
const total = ((performance.now() - started) / 1000).toFixed(0);
console.log(
  `${cases.length - failed.length - skipped.length} of ${cases.length} cases passed, ${skipped.length} skipped, in ${total} s` +
    (values.upstream ? " (upstream)" : ""),
);
process.exitCode = failed.length === 0 ? 0 : 1;

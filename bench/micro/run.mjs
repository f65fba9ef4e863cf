#!/usr/bin/env node
// Micro benchmarks of frames, codec and rooms.
//   pnpm bench:micro                       this tree
//   pnpm bench:micro --compare HEAD~3      this tree against an earlier commit, interleaved; says what got slower or faster
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { compare, format, median } from "../report/statistics.mjs";

const NOISE = 0.1;
const root = path.join(import.meta.dirname, "../..");
const { values: options } = parseArgs({
  options: { compare: { type: "string" }, rounds: { type: "string", default: "5" } },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`--rounds is "${options.rounds}", a whole number of at least 1 is needed`);
  process.exit(2);
}

/** One process per measurement: no tree sees the other's compiled code. */
function measure(tree) {
  const script = path.join(import.meta.dirname, "measure.mjs");
  return JSON.parse(
    execFileSync(process.execPath, [script], { env: { ...process.env, MICRO_ROOT: tree }, encoding: "utf8" }),
  );
}

/** A built copy of an earlier commit beside this one; removed at the end. */
function checkOut(revision) {
  const folder = mkdtempSync(path.join(tmpdir(), "halyard-compare-"));
  const run = (command, args, cwd) => execFileSync(command, args, { cwd, stdio: ["ignore", "ignore", "inherit"] });
  run("git", ["worktree", "add", "--detach", "--force", folder, revision], root);
  const remove = () => {
    rmSync(folder, { recursive: true, force: true });
    run("git", ["worktree", "prune"], root);
  };
  try {
    run("npx", ["--yes", "pnpm@12", "install", "--frozen-lockfile"], folder);
    run("npx", ["--yes", "pnpm@12", "exec", "turbo", "run", "build", "--filter=@halyard/server"], folder);
    return { folder, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function printFigures() {
  const runs = Array.from({ length: rounds }, () => measure(root));
  for (const name of Object.keys(runs[0]))
    console.log(`${name.padEnd(40)} ${format(median(runs.map((run) => run[name]))).padStart(9)} ns`);
}

function printComparison(revision) {
  const { folder, remove } = checkOut(revision);
  try {
    const [now, before] = [[], []];
    for (let round = 0; round < rounds; round++) {
      now.push(measure(root));
      before.push(measure(folder));
    }
    for (const name of Object.keys(now[0])) {
      const result = compare(
        now.map((run) => run[name]),
        before.map((run) => run[name]),
      );
      const isClear = result.low > 1 || result.high < 1;
      const verdict = !isClear || Math.abs(result.ratio - 1) <= NOISE ? "same" : result.ratio < 1 ? "faster" : "slower";
      const ratio = `${result.ratio.toFixed(2)} (${result.low.toFixed(2)} to ${result.high.toFixed(2)})`;
      console.log(
        `${name.padEnd(40)} ${format(result.ours).padStart(9)} ns against ${format(result.theirs).padStart(9)} ns  ${ratio.padEnd(22)} ${verdict}`,
      );
    }
  } finally {
    remove();
  }
}

if (options.compare === undefined) printFigures();
else printComparison(options.compare);

import { execFile } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

interface Entry {
  readonly target: string;
  readonly seed: number;
  /** Number of the first case; default 0. */
  readonly first?: number;
  readonly cases: number;
  readonly found: string;
}

const HERE = import.meta.dirname;
const corpus = JSON.parse(readFileSync(path.join(HERE, "corpus.json"), "utf8")) as Entry[];
const run = promisify(execFile);
const CORPUS_TIMEOUT_MS = 60_000;

async function fuzz(timeoutMs: number, ...options: string[]): Promise<string> {
  const args = [path.join(HERE, "run.mjs"), ...options];
  const { stdout } = await run(process.execPath, args, { timeout: timeoutMs - 1_000 }).catch(
    (error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }),
  );
  return stdout;
}

describe("fuzzing", () => {
  it.each(corpus)(
    "$target finds no more, with seed $seed: $found",
    { timeout: CORPUS_TIMEOUT_MS },
    async ({ target, seed, first = 0, cases }) => {
      const range = ["--first", String(first), "--cases", String(cases)];
      const report = await fuzz(CORPUS_TIMEOUT_MS, "--target", target, "--seed", String(seed), ...range);
      expect(report).toContain(", 0 failures");
    },
  );

  // The same cases at every run, so that a red build is a change's doing. FUZZ_SECONDS: time for each target, from a seed of the moment.
  const targets = readdirSync(path.join(HERE, "targets")).map((file) => path.basename(file, ".mjs"));
  const wanted = process.env["FUZZ_SECONDS"];
  const seconds = Number(wanted ?? 5);
  const seed = wanted === undefined ? ["--seed", "6455"] : [];
  const timeoutMs = (seconds + 60) * 1_000;
  it.each(targets)("%s holds for a while", { timeout: timeoutMs }, async (target) => {
    const report = await fuzz(timeoutMs, "--target", target, "--seconds", String(seconds), ...seed);
    expect(report).toContain(", 0 failures");
  });
});

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

async function fuzz(...options: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [path.join(HERE, "run.mjs"), ...options]).catch(
    (error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }),
  );
  return stdout;
}

describe("fuzzing", () => {
  it.each(corpus)(
    "$target finds no more, with seed $seed: $found",
    { timeout: 60_000 },
    async ({ target, seed, first = 0, cases }) => {
      const range = ["--first", String(first), "--cases", String(cases)];
      expect(await fuzz("--target", target, "--seed", String(seed), ...range)).toContain(", 0 failures");
    },
  );

  // FUZZ_SECONDS: time for each target, from a seed of the day.
  const targets = readdirSync(path.join(HERE, "targets")).map((file) => path.basename(file, ".mjs"));
  const seconds = Number(process.env["FUZZ_SECONDS"] ?? 5);
  it.each(targets)("%s holds for a while", { timeout: (seconds + 60) * 1_000 }, async (target) => {
    expect(await fuzz("--target", target, "--seconds", String(seconds))).toContain(", 0 failures");
  });
});

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);

it("nothing is left of visitors that came and went", { timeout: 120_000 }, async () => {
  const script = path.join(import.meta.dirname, "run.mjs");
  const { stdout } = await run(process.execPath, [
    script,
    "--minutes",
    "0.15",
    "--warm-up",
    "5",
    "--clients",
    "10",
  ]).catch((error: { stdout: string; stderr: string }) => ({ stdout: error.stdout + error.stderr }));
  expect(stdout).toMatch(/^[1-9]\d* actions in /m);
  expect(stdout).toContain("1 passed, 0 failed");
});

import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const run = promisify(execFile);

it.each(["halyard,halyard", "halyard,socket.io", "socket.io,halyard", "socket.io,socket.io"])(
  "clients come back and lose nothing over a faulty line: %s",
  { timeout: 60_000 },
  async (pair) => {
    const script = path.join(import.meta.dirname, "run.mjs");
    const { stdout } = await run(process.execPath, [script, "--only", pair, "--seconds", "5"]).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toContain("1 passed, 0 failed");
  },
);

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);

describe("entry points of the built packages", () => {
  it.each(["commonjs.cjs", "module.mjs"])("%s loads every package", async (file) => {
    const script = fileURLToPath(new URL(`entry-points/${file}`, import.meta.url));
    const { stderr } = await run(process.execPath, [script], { timeout: 20_000 });
    expect(stderr).toBe("");
  });
});

// Loads what no entry of a package exports, for tests and benches: from its TypeScript source, bundled on the way.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";

/**
 * @param packages absolute path of a folder of packages that have been built
 * @param files modules below it, such as `engine/src/codec.ts`
 * @returns what they export together; what they import are copies of their own
 */
export async function loadSource(packages, ...files) {
  const folder = mkdtempSync(path.join(tmpdir(), "halyard-source-"));
  const entry = path.join(folder, "entry.mjs");
  const place = path.join(folder, "module.mjs");
  writeFileSync(entry, files.map((file) => `export * from ${JSON.stringify(path.join(packages, file))};\n`).join(""));
  const build = await rolldown({ input: entry, platform: "node", tsconfig: false });
  try {
    await build.write({ file: place, format: "esm", codeSplitting: false });
    return await import(pathToFileURL(place).href);
  } finally {
    await build.close();
    rmSync(folder, { recursive: true });
  }
}

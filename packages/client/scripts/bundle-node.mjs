// Writes dist/node: the entries as Node loads them, over one file for each format in place of sixty.
import path from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const dir = fileURLToPath(new URL("../dist/node/", import.meta.url));
const formats = [
  { format: "esm", extension: "mjs", debug: "debug.ts" },
  { format: "cjs", extension: "cjs", debug: "debug.cts" },
];

for (const { format, extension, debug } of formats) {
  const entries = { debug, "engine/index": "engine/index.ts", websocket: "websocket.ts" };
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, path.join(source, file)]));
  const isShared = (id) => id.startsWith(source) && !Object.values(input).includes(id);
  const build = await rolldown({
    input,
    external: (id) => !id.startsWith(".") && !path.isAbsolute(id),
    platform: "node",
    tsconfig: fileURLToPath(new URL("../tsconfig.browser.json", import.meta.url)), // how class fields are made
  });
  await build.write({
    dir,
    format,
    strict: true,
    esModule: true,
    exports: "named",
    generatedCode: { symbols: false },
    keepNames: true, // there are two classes Socket, and programs see the names
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
    entryFileNames: `[name].${extension}`,
    chunkFileNames: `[name].${extension}`,
    codeSplitting: { groups: [{ name: "bundle", test: isShared }] },
  });
  await build.close();
}

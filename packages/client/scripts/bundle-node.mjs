// Writes dist/node: the entries as Node loads them, over one file for each format in place of sixty.
import { fileURLToPath } from "node:url";
import { writeNodeBundle } from "../../../scripts/node-bundle.mjs";

const pathOf = (file) => fileURLToPath(new URL(`../${file}`, import.meta.url));
const formats = [
  { format: "esm", extension: "mjs", debug: "debug.ts" },
  { format: "cjs", extension: "cjs", debug: "debug.cts" },
];

for (const { format, extension, debug } of formats) {
  const entries = { debug, "engine/index": "engine/index.ts", websocket: "websocket.ts" };
  await writeNodeBundle({
    source: pathOf("src/"),
    entries,
    alone: Object.values(entries),
    tsconfig: pathOf("tsconfig.browser.json"),
    output: {
      dir: pathOf("dist/node/"),
      format,
      exports: "named",
      keepNames: true, // there are two classes Socket, and programs see the names
      entryFileNames: `[name].${extension}`,
      chunkFileNames: `[name].${extension}`,
    },
  });
}

// Writes the browser bundles, each with its source map. The server serves them at /socket.io/.
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const root = fileURLToPath(new URL("../", import.meta.url));
const umd = { format: "umd", name: "io" };
const bundles = [
  { file: "socket.io.js", output: umd },
  { file: "socket.io.min.js", output: { ...umd, minify: true } },
  { file: "socket.io.esm.min.js", entry: "index.js", output: { format: "esm", minify: true } },
  {
    file: "socket.io.msgpack.min.js",
    output: { ...umd, minify: true },
    alias: { "socket.io-parser": "socket.io-msgpack-parser" },
  },
];

for (const { file, entry = "browser-entry.js", output, alias = {} } of bundles) {
  await build({
    input: `${root}dist/esm/${entry}`,
    cwd: root,
    platform: "browser",
    resolve: { alias },
    logLevel: "warn",
    output: { ...output, file: `${root}dist/${file}`, sourcemap: true },
  });
}

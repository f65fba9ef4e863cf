// Writes the browser bundles, each with its source map. The server serves them at /socket.io/.
import { fileURLToPath } from "node:url";
import { build } from "rolldown";

const root = fileURLToPath(new URL("../", import.meta.url));
const umd = { format: "umd", name: "io", entry: "browser-entry.js" };
const bundles = [
  { file: "socket.io.js", ...umd },
  { file: "socket.io.min.js", ...umd, minify: true },
  { file: "socket.io.esm.min.js", format: "esm", entry: "index.js", minify: true },
  { file: "socket.io.msgpack.min.js", ...umd, minify: true, parser: "socket.io-msgpack-parser" },
];

/** Puts another package in the place of the default parser. */
const withParser = (name) => ({
  name: "parser",
  resolveId(source, importer) {
    return name && source === "./parser.js" ? this.resolve(name, importer) : null;
  },
});

for (const { file, entry, parser, ...output } of bundles) {
  await build({
    input: `${root}dist/esm/${entry}`,
    cwd: root,
    platform: "browser",
    plugins: [withParser(parser)],
    transform: { target: "es2020" },
    logLevel: "warn",
    output: {
      ...output,
      file: `${root}dist/${file}`,
      exports: output.format === "umd" ? "default" : "named",
      sourcemap: true,
    },
  });
}

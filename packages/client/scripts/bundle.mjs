// Writes the browser bundles, each with its source map. The server serves them at /socket.io/.
import { fileURLToPath } from "node:url";
import commonjs from "@rollup/plugin-commonjs";
import nodeResolve from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import { rollup } from "rollup";

const dist = fileURLToPath(new URL("../dist/", import.meta.url));
const umd = { format: "umd", name: "io", exports: "default" };
const bundles = [
  { file: "socket.io.js", entry: "esm/browser-entry.js", output: umd },
  { file: "socket.io.min.js", entry: "browser/browser-entry.js", output: umd },
  { file: "socket.io.esm.min.js", entry: "browser/index.js", output: { format: "esm", exports: "named" } },
  {
    file: "socket.io.msgpack.min.js",
    entry: "browser/browser-entry.js",
    output: umd,
    parser: "socket.io-msgpack-parser",
  },
];

/** Puts another package in the place of the default parser. */
const withParser = (name) => ({
  name: "parser",
  resolveId(source, importer) {
    return name && source === "./parser.js" ? this.resolve(name, importer) : null;
  },
});

/** No getter of ours is read for its side effect. */
const compress = { ecma: 2020, passes: 3, unsafe_arrows: true, pure_getters: true, hoist_funs: true };
const minifier = () => terser({ ecma: 2020, compress, mangle: { toplevel: true } });

for (const { file, entry, output, parser } of bundles) {
  const bundle = await rollup({
    input: dist + entry,
    plugins: [withParser(parser), nodeResolve({ browser: true }), commonjs()],
  });
  const plugins = file.includes(".min.") ? [minifier()] : [];
  await bundle.write({ ...output, file: dist + file, plugins, sourcemap: true });
}

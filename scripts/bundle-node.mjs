// Bundles modules of the package in the current folder for Node: a process reads and compiles one file in place of a hundred.
//   node ../../scripts/bundle-node.mjs [--also node/turn.ts,...] index.ts parser.ts wrapper.mts
// Entries are named by their path in src/, and get the same one in dist/: `.ts` as CommonJS, `.mts` as ES modules over those. What
// entries share is in bundle.js beside the first of them. An entry that an ES module imports stays small that way: Node looks through
// the text of CommonJS for the names it exports, which takes it longer than to compile it.
// --also: modules of the bundle that get a file of their own, too, with what they export. The first entry loads those files: tracers
// find the classes they wrap by the names of files that are required.
import path from "node:path";
import { parseArgs } from "node:util";
import { rolldown } from "rolldown";
import { writeNodeBundle } from "./node-bundle.mjs";

const { positionals: entries, values } = parseArgs({
  allowPositionals: true,
  options: { also: { type: "string", default: "" } },
});
const also = values.also.split(",").filter((name) => name !== "");
const source = path.resolve("src");
const tsconfig = path.resolve("tsconfig.json");
const withoutExtension = (file) => file.replace(/\.m?ts$/, "");
const byName = (files) => Object.fromEntries(files.map((file) => [withoutExtension(file), file]));

/** Names of classes are seen by programs, so none may be changed to tell two of them apart. */
function checkClassNames(code) {
  const renamed = /\b(\w+\$\d+) = class\b|\bclass (\w+\$\d+)\b/.exec(code);
  if (renamed !== null)
    throw new Error(`a class would be called "${renamed[1] ?? renamed[2]}": two modules use one name, rename one`);
}

const commonJs = entries.filter((name) => !name.endsWith(".mts"));
const first = withoutExtension(commonJs[0]);
const loadAlso = also.map((name) => `require("./${withoutExtension(name)}.js");`).join("\n");
const chunks = await writeNodeBundle({
  source,
  entries: byName([...commonJs, ...also]),
  alone: commonJs,
  tsconfig,
  output: {
    dir: "dist",
    format: "cjs",
    externalLiveBindings: false,
    intro: ({ name }) => (name === first ? loadAlso : ""),
    chunkFileNames: path.join(path.dirname(first), "[name].js"),
  },
});
for (const { code } of chunks) checkClassNames(code ?? "");

for (const file of entries.filter((name) => name.endsWith(".mts"))) {
  const build = await rolldown({ input: path.join(source, file), external: (id) => !path.isAbsolute(id), tsconfig });
  await build.write({ file: path.join("dist", file.replace(/\.mts$/, ".mjs")), format: "esm", comments: false });
  await build.close();
}

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

const { positionals: entries, values } = parseArgs({
  allowPositionals: true,
  options: { also: { type: "string", default: "" } },
});
const also = values.also.split(",").filter((name) => name !== "");
const source = path.resolve("src");
const withoutExtension = (file) => file.replace(/\.m?ts$/, "");
const isOfOthers = (id) => !id.startsWith(".") && !path.isAbsolute(id);
const sourceOf = (names) => Object.fromEntries(names.map((name) => [withoutExtension(name), path.join(source, name)]));

/** Names of classes are seen by programs, so none may be changed to tell two of them apart. */
function checkClassNames(code) {
  const renamed = /\b(\w+\$\d+) = class\b|\bclass (\w+\$\d+)\b/.exec(code);
  if (renamed !== null)
    throw new Error(`a class would be called "${renamed[1] ?? renamed[2]}": two modules use one name, rename one`);
}

async function write(input, external, output) {
  const build = await rolldown({ input, external, platform: "node", tsconfig: path.resolve("tsconfig.json") });
  const { output: chunks } = await build.write({ dir: "dist", comments: false, ...output });
  for (const { code } of chunks) checkClassNames(code ?? "");
  await build.close();
}

const commonJs = entries.filter((name) => !name.endsWith(".mts"));
const alone = Object.values(sourceOf(commonJs));
const first = withoutExtension(commonJs[0]);
const loadAlso = also.map((name) => `require("./${withoutExtension(name)}.js");`).join("\n");
await write(sourceOf([...commonJs, ...also]), isOfOthers, {
  format: "cjs",
  esModule: true,
  strict: true,
  externalLiveBindings: false,
  generatedCode: { symbols: false },
  sourcemap: true,
  sourcemapExcludeSources: true,
  intro: ({ name }) => (name === first ? loadAlso : ""),
  chunkFileNames: path.join(path.dirname(first), "[name].js"),
  codeSplitting: { groups: [{ name: "bundle", test: (id) => id.startsWith(source) && !alone.includes(id) }] },
});

const modules = entries.filter((name) => name.endsWith(".mts"));
if (modules.length > 0)
  await write(sourceOf(modules), (id) => !path.isAbsolute(id), { format: "esm", entryFileNames: "[name].mjs" });

// One bundle for Node: what packages have in common in how theirs is made. Classes and functions of a package are in one scope; what
// comes from Node, npm and other packages stays outside.
import path from "node:path";
import { rolldown } from "rolldown";

const isOfOthers = (id) => !id.startsWith(".") && !path.isAbsolute(id);

/**
 * @param source absolute path of the folder of the sources
 * @param entries names in `dir`, without an extension, to files below `source`
 * @param alone those of the files that are not to be in the bundle, but beside it
 * @param tsconfig says how class fields are made
 * @param output options of rolldown; `dir` is needed
 * @returns the files that were written
 */
export async function writeNodeBundle({ source, entries, alone, tsconfig, output }) {
  const place = (file) => path.join(source, file);
  const outside = alone.map(place);
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, place(file)])),
    external: isOfOthers,
    platform: "node",
    tsconfig,
  });
  const written = await build.write({
    strict: true,
    esModule: true,
    generatedCode: { symbols: false },
    comments: false,
    sourcemap: true,
    sourcemapExcludeSources: true,
    codeSplitting: { groups: [{ name: "bundle", test: (id) => id.startsWith(source) && !outside.includes(id) }] },
    ...output,
  });
  await build.close();
  return written.output;
}

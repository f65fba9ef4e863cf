// The sources are ES modules, and so is dist/esm. What else is in dist is CommonJS (dist/cjs) or a bundle that must also
// work by require() and in bundlers that look at "type". Bundles set a global: they are not free of side effects.
//
// A module `x.node.ts` has a sibling `x.ts`, which takes its place in browsers. Bundlers read that from the nearest
// package.json, so it is written here and not in the one of the package.
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";

const dist = new URL("../dist/", import.meta.url);

// What require() gets is called .js: tools of 2020 and before, and Create React App, take a .cjs for a picture or the like.
copyFileSync(new URL("cjs/index.cjs", dist), new URL("cjs/require.js", dist));
copyFileSync(new URL("cjs/debug.cjs", dist), new URL("cjs/require-debug.js", dist));

/** The "browser" field for a folder: every Node module and its stand-in. */
function browserField(folder) {
  const files = readdirSync(new URL(folder, dist), { recursive: true }).map((file) => file.replaceAll("\\", "/"));
  const nodeOnly = files.filter((file) => file.endsWith(".node.js")).toSorted((a, b) => (a < b ? -1 : 1));
  return Object.fromEntries(nodeOnly.map((file) => [`./${file}`, `./${file.replace(/\.node\.js$/, ".js")}`]));
}

const markers = {
  "": { type: "commonjs" },
  "cjs/": { type: "commonjs", sideEffects: false, browser: browserField("cjs/") },
  "browser/": { type: "module", sideEffects: false },
  "esm/": { type: "module", sideEffects: false, browser: browserField("esm/") },
};
for (const [folder, marker] of Object.entries(markers)) {
  writeFileSync(new URL(`${folder}package.json`, dist), `${JSON.stringify(marker, null, 2)}\n`);
}

// Makes dist/browser out of dist/esm: the same modules without those for Node, with short names in place of the internal ones
// (internal-names.mjs). The minifier of an application shortens variables, but cannot know which properties are ours.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { internalNames } from "./internal-names.mjs";

const from = fileURLToPath(new URL("../dist/esm/", import.meta.url));
const to = fileURLToPath(new URL("../dist/browser/", import.meta.url));
const names = [...internalNames()].toSorted((a, b) => (a < b ? -1 : 1)); // the same in every build
/** No name of ours, of a platform or of the protocol looks like one of these. */
const shortNames = Object.fromEntries(names.map((name, i) => [name, `_${i.toString(36)}`]));

rmSync(to, { recursive: true, force: true });
for (const file of readdirSync(from, { recursive: true })) {
  const isForNode = /\.node\.js$|^engine.node/.test(file);
  if (!file.endsWith(".js") || isForNode) continue;
  const source = readFileSync(path.join(from, file), "utf8")
    .replace(/(from ".*)\.node\.js"/g, '$1.js"')
    .replace(/\bnew ((?:Range|Type)?Error)\(/g, "$1(") // the same without `new`
    .replace(/^\/\/# sourceMappingURL.*$/m, "");
  const { code } = await transform(source, {
    format: "esm",
    target: "es2020",
    mangleProps: new RegExp(`^(?:${names.join("|")})$`),
    mangleCache: shortNames,
  });
  mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
  writeFileSync(path.join(to, file), code);
}

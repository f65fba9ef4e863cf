// Makes dist/browser out of dist/es2020: the same modules as dist/esm, which is for older tools, without those for Node, with short
// names in place of the internal ones (internal-names.mjs), numbers in place of constants, and arrows for functions. The minifier of an
// application shortens variables, but cannot know which properties are ours.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";
import { internalNames } from "./internal-names.mjs";

const from = fileURLToPath(new URL("../dist/es2020/", import.meta.url));
const to = fileURLToPath(new URL("../dist/browser/", import.meta.url));
const { owners, parents } = internalNames();
const names = [...owners.keys()].toSorted((a, b) => (a < b ? -1 : 1)); // the same in every build
const shortNames = chooseShortNames();

/** Numbers in place of the constants that a module has for itself: bundlers do that in functions, but not in classes. */
function inlineNumbers(source) {
  const constants = [...source.matchAll(/^const ([A-Z_]+) = ([\d_* ]+);\n/gm)];
  for (const [declaration, name, number] of constants) {
    source = source.replace(declaration, "").replace(new RegExp(`\\b${name}\\b`, "g"), `(${number})`);
  }
  return source;
}

/** Functions of a module as arrows. None of them asks for `this`, is made an object with, or is called above its place. */
function withArrows(source) {
  return source.replace(
    /^(export )?(async )?function (\w+)(\(.*\)) \{\n([^]*?)^\}$/gm,
    (_, exported = "", async = "", name, parameters, body) =>
      `${exported}const ${name} = ${async}${parameters} => {\n${body}};`,
  );
}

/**
 * No name of a program, a platform or the protocol looks like one of these. Two names get the same one unless an object could have
 * both: less variety compresses better.
 */
function chooseShortNames() {
  const takenBy = [];
  return Object.fromEntries(
    names.map((name) => {
      const mine = [...owners.get(name)];
      let i = takenBy.findIndex((taken) => !taken.some((other) => mine.some((one) => isRelated(one, other))));
      if (i < 0) i = takenBy.push([]) - 1;
      takenBy[i].push(...mine);
      return [name, `_${i.toString(36)}`];
    }),
  );
}

function isRelated(one, other) {
  return isOrExtends(one, other) || isOrExtends(other, one);
}

function isOrExtends(name, ancestor) {
  return name === ancestor || (parents.get(name) ?? []).some((parent) => isOrExtends(parent, ancestor));
}

rmSync(to, { recursive: true, force: true });
for (const file of readdirSync(from, { recursive: true })) {
  const isForNode = /\.node\.js$|^engine.node/.test(file);
  if (!file.endsWith(".js") || isForNode) continue;
  const source = readFileSync(path.join(from, file), "utf8")
    .replace(/(from ".*)\.node\.js"/g, '$1.js"')
    .replace(/\bnew ((?:Range|Type)?Error)\(/g, "$1(") // the same without `new`
    .replace(/^\/\/# sourceMappingURL.*$/m, "");
  const { code } = await transform(withArrows(inlineNumbers(source)), {
    format: "esm",
    target: "es2020",
    mangleProps: new RegExp(`^(?:${names.join("|")})$`),
    mangleCache: shortNames,
  });
  mkdirSync(path.dirname(path.join(to, file)), { recursive: true });
  writeFileSync(path.join(to, file), code);
}
rmSync(from, { recursive: true });

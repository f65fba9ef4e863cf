// Makes the declarations of the package in the current folder plainer:
// - `#private;`, which says that a class has private fields, goes. Compilers that target ES5, the default up to TypeScript 5, refuse to
//   read it. So do `private` members: they say nothing to programs, and make two copies of a class strangers to each other.
// - A getter with its setter becomes a field: the classes of programs declare `data` or `handshake` of a socket once more, which the
//   compiler allows for fields only.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

const PRIVATE_MEMBER =
  /(?:^ +\/\*\*(?:[^*]|\*(?!\/))*\*\/\n)?^ +private (?:static )?(?:readonly )?(?:[gs]et )?(?!constructor\b)\w+(?:\(\w*\))?;\n/gm;

for (const file of readdirSync("dist", { recursive: true })) {
  if (!/\.d\.[cm]?ts$/.test(file)) continue;
  const place = path.join("dist", file);
  const declarations = readFileSync(place, "utf8");
  const plain = declarations
    .replace(/^ +#private;\n/gm, "")
    .replace(PRIVATE_MEMBER, "")
    .replace(/\bget (\w+)\(\): ([^;]+);\n(?: +\/\*\*.*\*\/\n)? +set \1\(\w+: \2\);/g, "$1: $2;");
  if (plain !== declarations) writeFileSync(place, plain);
}

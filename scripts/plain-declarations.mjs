// Makes the declarations of the package in the current folder plainer:
// - `#private;`, which says that a class has private fields, goes. Compilers that target ES5, the default up to TypeScript 5, refuse to
//   read it.
// - A getter with its setter becomes a field: the classes of programs declare `data` or `handshake` of a socket once more, which the
//   compiler allows for fields only.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

for (const file of readdirSync("dist", { recursive: true })) {
  if (!/\.d\.[cm]?ts$/.test(file)) continue;
  const place = path.join("dist", file);
  const declarations = readFileSync(place, "utf8");
  const plain = declarations
    .replace(/^ +#private;\n/gm, "")
    .replace(/\bget (\w+)\(\): ([^;]+);\n(?: +\/\*\*.*\*\/\n)? +set \1\(\w+: \2\);/g, "$1: $2;");
  if (plain !== declarations) writeFileSync(place, plain);
}

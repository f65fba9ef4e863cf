// Takes `#private;` out of the declarations of the package in the current folder. It says that a class has private fields, which
// compilers that target ES5, the default up to TypeScript 5, refuse to read.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

for (const file of readdirSync("dist", { recursive: true })) {
  if (!/\.d\.[cm]?ts$/.test(file)) continue;
  const place = path.join("dist", file);
  const declarations = readFileSync(place, "utf8");
  const plain = declarations.replace(/^ +#private;\n/gm, "");
  if (plain !== declarations) writeFileSync(place, plain);
}

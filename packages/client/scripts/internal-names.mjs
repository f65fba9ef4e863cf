// Which property names only this package knows, so that the build for browsers may shorten them. Read off the sources:
//
// - the private members of classes, and what has the tag @internal: a member, or all members of a type or class,
// - except what is also the name of something else that is declared here (an option, a field of a packet, a public method),
// - except names with an underscore: in this package those are names which programs reach,
// - and except what a platform knows under that name (ECMAScript, DOM).
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { parseAst } from "rolldown/parseAst";

const source = fileURLToPath(new URL("../src/", import.meta.url));
const MEMBERS = new Set([
  "PropertyDefinition",
  "MethodDefinition",
  "AccessorProperty",
  "TSAbstractMethodDefinition",
  "TSAbstractPropertyDefinition",
  "TSPropertySignature",
  "TSMethodSignature",
  "TSParameterProperty",
  "TSEnumMember",
]);

const OWNERS = new Set(["ClassDeclaration", "TSInterfaceDeclaration", "TSTypeAliasDeclaration"]);

/**
 * @returns the names that may be shortened, each with the classes and types that declare it; and what each class extends
 */
export function internalNames() {
  const owners = new Map();
  const parents = new Map();
  const known = platformNames();
  for (const file of readdirSync(source, { recursive: true })) {
    if (!file.endsWith(".ts") || /\.test(-d)?\.ts$|\.node\.ts$|^engine.node/.test(file)) continue;
    const code = readFileSync(path.join(source, file), "utf8");
    const tags = [...code.matchAll(/\/\*\*(?:(?!\*\/)[^])*@internal[^]*?\*\//g)].map(
      (tag) => tag.index + tag[0].length,
    );
    const isTagged = ({ start }) => tags.some((end) => end <= start && !code.slice(end, start).trim());
    const program = parseAst(code, { lang: "ts", astType: "ts" });
    collect(program, { isTagged, isInternal: false, owner: "" }, parents, (name, owner, isInternal) => {
      if (!isInternal) known.add(name);
      else owners.set(name, (owners.get(name) ?? new Set()).add(owner));
    });
  }
  for (const name of owners.keys()) if (known.has(name) || name.startsWith("_")) owners.delete(name);
  const strangers = [...parents.values()].flat().filter((name) => !parents.has(name) && !known.has(name));
  if (strangers.length > 0)
    throw new Error(`classes extend what is not declared under that name: ${strangers.join(", ")}`);
  return { owners, parents };
}

/** Calls `declare` for each member; notes in `parents` what classes extend. */
function collect(node, within, parents, declare) {
  if (Array.isArray(node)) {
    for (const item of node) collect(item, within, parents, declare);
    return;
  }
  if (!node || typeof node.type !== "string") return;
  const { isTagged } = within;
  const inside = { isTagged, isInternal: within.isInternal || isTagged(node), owner: within.owner };
  if (OWNERS.has(node.type)) {
    inside.owner = node.id.name;
    // Two classes may have one name: then it counts as extending what both extend.
    const { superClass } = node;
    parents.set(node.id.name, [...(parents.get(node.id.name) ?? []), ...(superClass ? [superClass.name] : [])]);
  }
  if (MEMBERS.has(node.type) && !node.computed) {
    const name = memberName(node);
    if (name && !node.override) declare(name, inside.owner, inside.isInternal || node.accessibility === "private");
  }
  for (const key in node) {
    if (key !== "parent" && typeof node[key] === "object") collect(node[key], inside, parents, declare);
  }
}

function memberName({ key, parameter, id }) {
  const named = key ?? parameter?.left ?? parameter ?? id;
  return named.name ?? named.value;
}

/** What is declared in the libraries of TypeScript: every name of ECMAScript and of browsers. */
function platformNames() {
  const typescript = createRequire(createRequire(import.meta.url).resolve("typescript/package.json"));
  const { platform, arch } = process;
  const lib = path.dirname(typescript.resolve(`@typescript/typescript-${platform}-${arch}/package.json`));
  const names = new Set(["toJSON", "constructor", "__proto__"]);
  for (const file of readdirSync(path.join(lib, "lib"))) {
    if (!/^lib\..*\.d\.ts$/.test(file)) continue;
    const code = readFileSync(path.join(lib, "lib", file), "utf8");
    for (const [, name] of code.matchAll(
      /^\s*(?:readonly |get |set |static |declare var |interface )*"?([\w$]+)"?\??\s*[(:<{]/gm,
    ))
      names.add(name);
  }
  return names;
}

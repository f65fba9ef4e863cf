import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { errorMessages } from "./errors.js";

const document = readFileSync(path.join(__dirname, "../../../docs/errors.md"), "utf8");
const [section = ""] = (document.split("\n## @halyard/engine\n")[1] ?? "").split("\n## ");

it("documents every code of a refusal, and no other", () => {
  const documented = Array.from(section.matchAll(/^\| (\d) +\| (.+?) +\|/gm), ([, code, message]) => [code, message]);
  expect(Object.fromEntries(documented)).toEqual(errorMessages);
});

it("documents every name and every other code in the sources, and no other", () => {
  const found = new Set<string>();
  for (const file of readdirSync(__dirname, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
    const text = readFileSync(path.join(__dirname, file), "utf8");
    for (const [, code = ""] of text.matchAll(/(?:name:|code =) "([A-Z]+_[A-Z_]+)"/g)) found.add(code);
  }
  const documented = Array.from(section.matchAll(/\b[A-Z]+_[A-Z_]+\b/g), ([code]) => code);
  expect([...new Set(documented)].toSorted()).toEqual([...found].toSorted());
});

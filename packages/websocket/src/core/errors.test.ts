/// <reference types="node" />
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const sources = path.join(__dirname, "..");
const document = readFileSync(path.join(__dirname, "../../../../docs/errors.md"), "utf8");
const [section = ""] = (document.split("\n## @halyard/websocket\n")[1] ?? "").split("\n## ");

it("documents every code in the sources, and no other", () => {
  const found = new Set<string>();
  for (const file of readdirSync(sources, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".ts") || file.endsWith(".test.ts")) continue;
    for (const [code] of readFileSync(path.join(sources, file), "utf8").matchAll(/WS_ERR_\w+/g)) found.add(code);
  }
  const documented = Array.from(section.matchAll(/WS_ERR_\w+/g), ([code]) => code);
  expect([...new Set(documented)].toSorted()).toEqual([...found].toSorted());
});

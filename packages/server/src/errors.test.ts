import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";
import { SERVER_ERROR_CODES } from "./errors.js";

it("documents every code, and no other", () => {
  const document = readFileSync(path.join(__dirname, "../../../docs/errors.md"), "utf8");
  const [section = ""] = (document.split("\n## @halyard/server\n")[1] ?? "").split("\n## ");
  const documented = Array.from(section.matchAll(/^### (\w+)$/gm), ([, code]) => code);
  expect(documented.toSorted()).toEqual([...SERVER_ERROR_CODES].toSorted());
});

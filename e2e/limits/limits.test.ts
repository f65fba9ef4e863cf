import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { suites } from "../hostile/cases/index.ts";
import { document } from "./document.ts";
import { type Limit, limits } from "./limits.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const DOCUMENT = path.join(ROOT, "docs/limits.md");
const read = (file: string): string => readFileSync(path.join(ROOT, file), "utf8");
const attacks = new Set(
  Object.values(suites)
    .flat()
    .map(({ name }) => name),
);

const MAX_HTTP_BUFFER_SIZE = "Math.max(options.maxHttpBufferSize, DEFAULT_MAX_HTTP_BUFFER_BYTES)";

/** The number at the end of a line of code: literals and the default of `maxHttpBufferSize`, multiplied. */
function valueOf(code: string): number {
  const text = code.replace(MAX_HTTP_BUFFER_SIZE, "1_000_000");
  const expression = /[\w. ]+(?:\* *[\w. ]+)*$/.exec(text)?.[0] ?? "";
  return expression.split("*").reduce((product, factor) => {
    const literal = factor.trim().split(" ").at(-1)?.replaceAll("_", "") ?? "";
    return product * Number(literal);
  }, 1);
}

describe.each(
  Object.values(limits)
    .flat()
    .map((limit) => [limit.name, limit] as [string, Limit]),
)("limit %s", (_, limit) => {
  it("has the default of the code", () => {
    expect(read(limit.code.file)).toContain(limit.code.text);
    expect(valueOf(limit.code.text)).toBe(limit.value);
  });

  it("has a proof", () => {
    if ("attack" in limit.proof) expect(attacks).toContain(limit.proof.attack);
    else expect(read(limit.proof.file)).toContain(limit.proof.title);
  });
});

it("is documented as it is (pnpm limits:write)", () => {
  if (process.env["LIMITS_WRITE"] === "1") writeFileSync(DOCUMENT, document(limits));
  expect(existsSync(DOCUMENT) && readFileSync(DOCUMENT, "utf8")).toBe(document(limits));
});

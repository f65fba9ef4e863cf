import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { advisories } from "./advisories.ts";
import { suites } from "./cases/index.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const attacks = Object.values(suites).flat();

describe("published advisories of the field", () => {
  it.each(advisories.flatMap((row) => row.proofs.map((proof) => [row.ids.join(", "), proof] as const)))(
    "%s: %s",
    (_ids, proof) => {
      const matches = proof.endsWith("*")
        ? attacks.some(({ name }) => name.startsWith(proof.slice(0, -1)))
        : attacks.some(({ name }) => name === proof) || (proof.includes("/") && existsSync(path.join(ROOT, proof)));
      expect(matches, `no attack and no file is called "${proof}"`).toBe(true);
    },
  );
});

it("has at least 200 attacks, each with a name of its own", () => {
  const names = attacks.map(({ name }) => name);
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([]);
  expect(names.length).toBeGreaterThanOrEqual(200);
});

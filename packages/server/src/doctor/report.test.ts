import { expect, it } from "vitest";
import { report } from "./report.js";

it("tells problems first, each with what to do", () => {
  const text = report([
    { level: "note", what: "a", advice: "" },
    { level: "problem", what: "b", advice: "do c" },
  ]);
  expect(text).toBe("problem: b\n         do c\nfound:   a\nproblems: 1\n");
  expect(report([])).toBe("no problem found\n");
});

import { describe, expect, it } from "vitest";
import { nestsDeeperThan } from "./nesting.js";

describe("bound on nesting", () => {
  it.each([
    ["[[]]", 2, false],
    ["[[[]]]", 2, true],
    ['["[[[[",[]]', 2, false],
    ['["\\"[[[[",[]]', 2, false],
    ['["\\\\",[[]]]', 2, true],
    ["[],[],[],[]", 1, false],
    ['{"a":{"b":[]}}', 2, true],
    ["[[[[", 3, true],
    ["", 1, false],
  ])("%s within %i: %s", (text, max, expected) => {
    expect(nestsDeeperThan(text, 0, max)).toBe(expected);
  });

  it("starts where the JSON starts", () => {
    expect(nestsDeeperThan("2/[[[[,[]", 7, 1)).toBe(false);
  });
});

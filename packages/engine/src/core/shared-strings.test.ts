import { describe, expect, it } from "vitest";
import { SharedStrings } from "./shared-strings.js";

describe("shared strings", () => {
  it("are as many as allowed", () => {
    const strings = new SharedStrings(2, 10);
    const sizes = ["a", "b", "a", "c", "a"].map((string) => {
      expect(strings.share(string)).toBe(string);
      return strings.size;
    });
    expect(sizes).toEqual([1, 2, 2, 2, 2]);
  });

  it("are no longer than allowed", () => {
    const strings = new SharedStrings(2, 3);
    expect([strings.share("abcd"), strings.size]).toEqual(["abcd", 0]);
    expect([strings.share("abc"), strings.size]).toEqual(["abc", 1]);
  });
});

import { describe, expect, it } from "vitest";
import { originPolicy } from "./origin-policy.js";

describe("origin policy", () => {
  it.each([
    ["https://a.example", "https://a.example", true],
    ["https://a.example", "https://a.example.evil", false],
    ["https://a.example", "http://a.example", false],
    ["https://a.example", "null", false],
    ["https://a.example", "", false],
    ["https://a.example", undefined, true],
    [["https://a.example", /\.b\.example$/], "https://x.b.example", true],
    [["https://a.example", /\.b\.example$/], "https://a.example", true],
    [["https://a.example", /\.b\.example$/], "https://b.example", false],
    [/^https:\/\/\w+\.example$/, "https://any.example", true],
    [/^https:\/\/\w+\.example$/, "https://any.example.evil", false],
  ])("of %s, asked for %s: %s", (origins, origin, allowed) => {
    expect(originPolicy(origins)(origin)).toBe(allowed);
  });

  it("does not depend on what was asked before", () => {
    const policy = originPolicy(/^https:\/\/a\.example$/g);
    expect([1, 2, 3].map(() => policy("https://a.example"))).toEqual([true, true, true]);
  });

  it.each([undefined, true, false, "*", [], ["*"], [["https://a.example"]], () => {}, 42])(
    "is not made of %s",
    (origins) => {
      expect(() => originPolicy(origins)).toThrow("verifyOrigin needs cors.origin");
    },
  );
});

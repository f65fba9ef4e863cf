import { describe, expect, it } from "vitest";
import { visitEach } from "./visit-each.js";

describe("visitEach", () => {
  it("visits all, and throws at the end what came first, be it undefined", () => {
    const visited: number[] = [];
    const visit = (item: number): void => {
      visited.push(item);
      if (item > 1) throw item === 2 ? undefined : new Error("a later one");
    };
    let thrown: unknown = "nothing";
    try {
      visitEach([1, 2, 3], visit);
    } catch (error) {
      thrown = error;
    }
    expect([visited, thrown]).toEqual([[1, 2, 3], undefined]);
  });

  it("throws nothing when no visit does", () => {
    expect(() => visitEach([1, 2], () => {})).not.toThrow();
  });
});

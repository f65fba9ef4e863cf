import { describe, expect, it } from "vitest";
import { dueByNow, shuffle } from "./drain-plan.js";

describe("drain", () => {
  it.each([
    [1000, 0, 10_000, 0],
    [1000, 5000, 10_000, 500],
    [1000, 10_000, 10_000, 1000],
    [1000, 11_000, 10_000, 1000],
    [3, 1, 10_000, 0],
    [1000, 0, 0, 1000],
  ])("of %i connections after %i of %i ms, %i are due", (total, elapsedMs, overMs, due) => {
    expect(dueByNow(total, elapsedMs, overMs)).toBe(due);
  });

  it("shuffles without losing or doubling", () => {
    let seed = 1;
    const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const list = Array.from({ length: 100 }, (_, i) => i);
    const shuffled = shuffle([...list], random);
    expect(shuffled).not.toEqual(list);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(list);
  });
});

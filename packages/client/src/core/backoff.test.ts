import { describe, expect, it } from "vitest";
import { backoffDelay } from "./backoff.js";

const options = { reconnectionDelay: 1000, reconnectionDelayMax: 5000, randomizationFactor: 0.5 };
const delay = (attempt: number, random: number, changes: Partial<typeof options> = {}): number =>
  backoffDelay(attempt, { ...options, ...changes }, () => random);

describe("reconnection delay", () => {
  it.each([
    ["the first, shorter: the random digit is even", 0, 0.4, 800],
    ["the first, longer: the random digit is odd", 0, 0.5, 1250],
    ["the second is twice as long", 1, 0.4, 1600],
    ["whole milliseconds", 0, 0.123, 1061],
    ["the limit", 3, 0.5, 5000],
    ["a random part below the limit", 3, 0.99, 5000],
    ["after a thousand attempts", 1100, 0.4, 5000],
  ])("%s", (_title, attempt, random, expected) => {
    expect(delay(attempt, random)).toBe(expected);
  });

  it("has no random part with a factor of 0", () => {
    expect([0, 1, 2].map((attempt) => delay(attempt, 0.77, { randomizationFactor: 0 }))).toEqual([1000, 2000, 4000]);
  });
});

import { describe, expect, it } from "vitest";
import { LossMark } from "./loss-mark.js";

const inside =
  (...rooms: string[]) =>
  (room: string): boolean =>
    rooms.includes(room);

describe("LossMark", () => {
  it.each([
    ["nothing", [], 0, 0],
    ["packets kept from nobody", [[], []], 2, 2],
    ["packets kept from the asker alone", [["a"], ["a"]], 0, 2],
    ["a packet before them", [[], ["a"], ["a"]], 1, 3],
    ["a packet after them", [["a"], ["a"], []], 3, 3],
    ["packets kept from each in turn", [["b"], ["a"], ["b"], ["a"]], 3, 4],
    ["packets kept from several rooms", [["a", "b"]], 1, 1],
  ])("knows the newest packet that may have been for the asker, and for others: %s", (_title, packets, own, others) => {
    const mark = new LossMark();
    for (const [index, except] of packets.entries()) {
      mark.record(index + 1, except);
    }
    expect(mark.newestFor(inside("a"))).toBe(own);
    expect(mark.newestFor(inside("c"))).toBe(others);
  });
});

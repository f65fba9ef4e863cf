import { describe, expect, it } from "vitest";
import { TickList } from "./tick-list.js";

/** A list, what it has handled, and the runs it has scheduled. */
function recording(react?: (item: string, list: TickList<string>) => void): {
  list: TickList<string>;
  handled: string[];
  scheduled: (() => void)[];
} {
  const handled: string[] = [];
  const scheduled: (() => void)[] = [];
  const list: TickList<string> = new TickList(
    (item) => {
      handled.push(item);
      react?.(item, list);
    },
    (run) => scheduled.push(run),
  );
  return { list, handled, scheduled };
}

describe("a list of what a tick brings", () => {
  it("is handled in order, by one scheduled call, and then anew", () => {
    const { list, handled, scheduled } = recording();
    for (const item of ["a", "b", "a"]) list.add(item);
    expect([handled, scheduled.length]).toEqual([[], 1]);
    scheduled.shift()!();
    expect(handled).toEqual(["a", "b", "a"]);
    list.add("c");
    expect(scheduled).toHaveLength(1);
    scheduled.shift()!();
    expect(handled).toEqual(["a", "b", "a", "c"]);
  });

  it("handles what is added on the way", () => {
    const { list, handled, scheduled } = recording((item) => item === "a" && list.add("b"));
    list.add("a");
    scheduled.shift()!();
    expect([handled, scheduled.length]).toEqual([["a", "b"], 0]);
  });

  it("goes on behind an item that throws", () => {
    const { list, handled, scheduled } = recording((item) => {
      if (item.startsWith("bad")) throw new Error(item);
    });
    for (const item of ["a", "bad 1", "b", "bad 2"]) list.add(item);
    expect(scheduled.shift()!).toThrow("bad 1");
    expect(handled).toEqual(["a", "bad 1"]);
    expect(scheduled.shift()!).toThrow("bad 2");
    expect([handled, scheduled.length]).toEqual([["a", "bad 1", "b", "bad 2"], 0]);
    list.add("c");
    scheduled.shift()!();
    expect(handled.at(-1)).toBe("c");
  });
});

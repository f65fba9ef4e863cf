import { describe, expect, it } from "vitest";
import { WriteQueue } from "./write-queue.js";

const ran: string[] = [];
const callback = (name: string) => (): void => void ran.push(name);

describe("write queue", () => {
  it("hands packets out in order and counts their bytes", () => {
    const queue = new WriteQueue<string, null>();
    queue.push("a", 1, null);
    queue.push("bc", 2, null);
    expect(queue.bytes).toBe(3);
    expect(queue.take()).toEqual(["a", "bc"]);
    expect(queue.bytes).toBe(0);
    expect(queue.pending).toEqual([]);
  });

  it("keeps callbacks with the flush that took their packets", () => {
    ran.length = 0;
    const queue = new WriteQueue<string, null>();
    queue.push("a", 1, callback("a"));
    queue.push("b", 1, callback("b"));
    queue.take();
    queue.push("c", 1, callback("c"));
    queue.take();
    for (const run of queue.sent()) run(null);
    expect(ran).toEqual(["a", "b"]);
    for (const run of queue.sent()) run(null);
    expect(ran).toEqual(["a", "b", "c"]);
    expect(queue.sent()).toEqual([]);
  });

  it("counts a flush without callbacks as a flush", () => {
    const queue = new WriteQueue<string, null>();
    queue.push("a", 1, null);
    queue.take();
    queue.push("b", 1, callback("b"));
    queue.take();
    expect(queue.sent()).toEqual([]);
    expect(queue.sent()).toHaveLength(1);
  });

  it("empties in place: outsiders hold the array", () => {
    const queue = new WriteQueue<string, null>();
    const seen = queue.pending;
    queue.push("a", 1, callback("a"));
    queue.dropCallbacks();
    expect(seen).toEqual(["a"]);
    expect(queue.pendingCallbacks).toEqual([]);
    queue.dropPackets();
    expect(seen).toEqual([]);
    expect(queue.bytes).toBe(0);
  });
});

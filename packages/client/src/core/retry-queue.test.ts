import { describe, expect, it } from "vitest";
import { nextToSend, settle, type RetryEntry } from "./retry-queue.js";

const entry = (id: number): RetryEntry<object> => ({
  id,
  args: [],
  flags: {},
  ack: undefined,
  tryCount: 0,
  pending: false,
});
const lost = new Error("operation has timed out");

describe("retry queue", () => {
  it("has one entry in flight at a time", () => {
    const queue = [entry(0), entry(1)];
    expect(nextToSend(queue, "idle")?.id).toBe(0);
    expect(nextToSend(queue, "idle")).toBeUndefined();
  });

  it("goes on with the next entry when one is acknowledged", () => {
    const queue = [entry(0), entry(1)];
    const head = nextToSend(queue, "idle")!;
    expect(settle(queue, head, null, 3)).toBe(true);
    expect(nextToSend(queue, "idle")?.id).toBe(1);
  });

  it("sends the head again at once after a reconnection", () => {
    const queue = [entry(0)];
    nextToSend(queue, "idle");
    expect(nextToSend(queue, "reconnected")).toMatchObject({ id: 0, tryCount: 2 });
  });

  it.each([
    [0, [true]],
    [1, [false, true]],
    [3, [false, false, false, true]],
  ])("gives up after the first sending and %i retries", (retries, results) => {
    const queue = [entry(0)];
    const done = results.map(() => settle(queue, nextToSend(queue, "idle")!, lost, retries));
    expect(done).toEqual(results);
    expect(queue).toEqual([]);
  });

  it("ignores a second acknowledgement of an entry", () => {
    const queue = [entry(0), entry(1)];
    const head = nextToSend(queue, "idle")!;
    settle(queue, head, null, 3);
    expect(settle(queue, head, null, 3)).toBe(false);
    expect(queue).toHaveLength(1);
  });

  it("has nothing to send", () => {
    expect(nextToSend([], "reconnected")).toBeUndefined();
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Packet } from "./types.js";
import { countFitting } from "./wire-bytes.js";
import { WriteQueue } from "./write-queue.js";

function queueOf(...texts: string[]): WriteQueue {
  const queue = new WriteQueue();
  for (const data of texts) queue.pending.push({ type: "message", data });
  return queue;
}

describe("WriteQueue", () => {
  const take = (queue: WriteQueue, maxBytes: number): Packet[] => queue.take(countFitting(queue.pending, maxBytes));

  it.each([
    ["all without a limit", ["aaa", "bb"], Infinity, 2],
    ["all that fit exactly: 4 + 1 + 3", ["aaa", "bb"], 8, 2],
    ["not one byte more", ["aaa", "bb"], 7, 1],
    ["at least one, however long", ["aaaaaaaa", "b"], 3, 1],
    ["nothing from nothing", [], 3, 0],
    ["UTF-8 bytes, not characters", ["€", "€"], 8, 1],
  ] as const)("takes %s", (_title, texts, maxBytes, count) => {
    expect(take(queueOf(...texts), maxBytes)).toHaveLength(count);
  });

  it("forgets what was taken, not what came since", () => {
    const queue = queueOf("a", "b");
    take(queue, Infinity);
    queue.pending.push({ type: "message", data: "c" });
    queue.settle();
    expect(queue.pending.map(({ data }) => data)).toEqual(["c"]);
    queue.settle();
    expect(queue.pending).toHaveLength(1);
  });

  it("knows its last packet until that begins to leave", () => {
    const queue = queueOf("a");
    expect(queue.endsWith("pong")).toBe(false);
    queue.pending.push({ type: "pong" });
    expect(queue.endsWith("pong")).toBe(true);
    take(queue, Infinity);
    expect(queue.endsWith("pong")).toBe(false);
  });

  it("a body never exceeds the limit unless one packet does", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 20 })),
        fc.integer({ min: 1, max: 60 }),
        (texts, maxBytes) => {
          const queue = queueOf(...texts);
          const sent: unknown[] = [];
          while (queue.pending.length) {
            const batch = take(queue, maxBytes);
            sent.push(...batch.map(({ data }) => data));
            const body = Buffer.byteLength(batch.map(({ data }) => `4${data as string}`).join("\x1e"));
            expect(batch.length === 1 || body <= maxBytes).toBe(true);
            queue.settle();
          }
          expect(sent).toEqual(texts);
        },
      ),
    );
  });
});

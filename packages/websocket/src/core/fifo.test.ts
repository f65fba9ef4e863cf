import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Fifo } from "./fifo.js";

describe("a queue", () => {
  it("behaves as push and shift of an array do", () => {
    // Positive: so many items come; negative: so many are taken.
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 100 })), (moves) => {
        const queue = new Fifo<number>();
        const model: number[] = [];
        let next = 0;
        for (const move of moves) {
          for (let i = 0; i < move; i++) {
            queue.push(next);
            model.push(next++);
          }
          for (let i = 0; i > move; i--) expect(queue.shift()).toBe(model.shift());
          expect(queue.length).toBe(model.length);
          expect(queue.toArray()).toEqual(model);
        }
      }),
    );
  });

  it("is emptied in time, however long", () => {
    const queue = new Fifo<number>();
    const count = 300_000; // `shift` of an array: minutes
    for (let i = 0; i < count; i++) queue.push(i);
    let inOrder = 0;
    while (queue.length > 0 && queue.shift() === inOrder) inOrder++;
    expect([inOrder, queue.length]).toEqual([count, 0]);
  });
});

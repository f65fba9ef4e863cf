import { describe, expect, it } from "vitest";
import { type AckCallback, failAll, timedAck } from "./acks.js";

/** A timer that is fired by hand. */
function handTimer(): { set(callback: () => void, ms: number): number; clear(): void; fire(): void; ms: number } {
  let due: (() => void) | null = null;
  return {
    ms: 0,
    set(callback, ms) {
      this.ms = ms;
      due = callback;
      return 1;
    },
    clear() {
      due = null;
    },
    fire() {
      due?.();
    },
  };
}

describe("acknowledgements with a time limit", () => {
  it("puts null before the arguments of an answer", () => {
    const timer = handTimer();
    const calls: unknown[][] = [];
    const ack = timedAck(
      (...args) => calls.push(args),
      50,
      timer,
      () => {},
    );
    ack(1, 2);
    timer.fire();
    ack(3);
    expect(timer.ms).toBe(50);
    expect(calls).toEqual([[null, 1, 2]]);
  });

  it("fails in time, and forgets", () => {
    const timer = handTimer();
    const calls: unknown[][] = [];
    let forgotten = 0;
    const ack = timedAck(
      (...args) => calls.push(args),
      50,
      timer,
      () => forgotten++,
    );
    timer.fire();
    ack("late");
    expect(calls).toEqual([[new Error("operation has timed out")]]);
    expect(forgotten).toBe(1);
  });

  it("tells those who can be told that nobody will answer", () => {
    const told: unknown[] = [];
    const plain: AckCallback = () => told.push("plain");
    const timed = timedAck(
      (error) => told.push(error),
      undefined,
      handTimer(),
      () => {},
    );
    const acks = new Map<number, AckCallback>([
      [1, plain],
      [2, timed],
    ]);
    const error = new Error("socket has been disconnected");
    failAll(acks, error);
    expect(told).toEqual([error]);
    expect(acks.size).toBe(0);
  });

  it("tells them all, also behind one that throws", () => {
    const told: unknown[] = [];
    const throwing = (id: number): [number, AckCallback] => [
      id,
      timedAck(
        () => {
          told.push(id);
          throw new Error(`callback ${id}`);
        },
        undefined,
        handTimer(),
        () => {},
      ),
    ];
    expect(() => failAll(new Map([throwing(1), throwing(2)]), new Error("gone"))).toThrow("callback 1");
    expect(told).toEqual([1, 2]);
  });
});

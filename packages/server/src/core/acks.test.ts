import { describe, expect, it } from "vitest";
import { timedAck } from "./acks.js";

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
});

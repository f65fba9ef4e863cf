import { afterEach, describe, expect, it, vi } from "vitest";
import { beginRead, flushAtEndOfTurn } from "./write-turn.js";

const { setImmediate } = globalThis;
const nextTick = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));
const endOfTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A writer that notes its flushes. */
function writer(): { flushes: number; flush(): void } {
  return {
    flushes: 0,
    flush() {
      this.flushes += 1;
    },
  };
}

function beBusyFor(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

describe("what is written in a turn of the event loop", () => {
  afterEach(async () => {
    vi.useRealTimers();
    await endOfTurn();
  });

  it("leaves with the tick where nothing is read", async () => {
    const idle = writer();
    flushAtEndOfTurn(idle);
    expect(idle.flushes).toBe(0);
    await nextTick();
    expect(idle.flushes).toBe(1);
  });

  it("leaves after all sockets have been read", async () => {
    const [first, second] = [writer(), writer()];
    beginRead();
    flushAtEndOfTurn(first);
    await nextTick();
    expect(first.flushes).toBe(0);
    beginRead();
    flushAtEndOfTurn(second);
    await endOfTurn();
    expect([first.flushes, second.flushes]).toEqual([1, 1]);
  });

  it("leaves with the tick again once the turn is over", async () => {
    beginRead();
    await endOfTurn();
    const later = writer();
    flushAtEndOfTurn(later);
    await nextTick();
    expect(later.flushes).toBe(1);
  });

  it("does not wait for the sockets behind a slow listener", async () => {
    const [quick, slow] = [writer(), writer()];
    beginRead();
    flushAtEndOfTurn(quick);
    beBusyFor(2);
    beginRead();
    await nextTick();
    expect(quick.flushes).toBe(1);
    flushAtEndOfTurn(slow);
    await nextTick();
    expect(slow.flushes).toBe(0);
    await endOfTurn();
    expect(slow.flushes).toBe(1);
  });

  it("leaves also while a test stands still the timers", async () => {
    vi.useFakeTimers();
    const held = writer();
    beginRead();
    flushAtEndOfTurn(held);
    await endOfTurn();
    expect(held.flushes).toBe(1);
  });
});

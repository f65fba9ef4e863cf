import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TimerWheel, type WheelItem } from "./timer-wheel.js";

interface Item extends WheelItem {
  readonly firedAt: number[];
}

function item(onDue?: (self: Item, nowMs: number) => void): Item {
  const self: Item = {
    wheelSlot: -1,
    wheelIndex: 0,
    wheelDueMs: 0,
    firedAt: [],
    onDue(nowMs) {
      self.firedAt.push(nowMs);
      onDue?.(self, nowMs);
    },
  };
  return self;
}

/** Advances as the driver does: to each moment the wheel asks for. */
function runUntil(wheel: TimerWheel, endMs: number): void {
  for (let next = wheel.nextDueMs(); next <= endMs; next = wheel.nextDueMs()) wheel.advance(next);
  wheel.advance(endMs);
}

describe("timer wheel", () => {
  it("is empty at first", () => {
    expect(new TimerWheel(10, 0).nextDueMs()).toBe(Infinity);
  });

  it.each([[1], [10], [50]])("fires neither early nor more than one granule of %i ms late", (granularityMs) => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 50 }), (dueTimes) => {
        const wheel = new TimerWheel(granularityMs, 1000);
        const items = dueTimes.map((dueMs) => ({ dueMs: 1000 + dueMs, item: item() }));
        for (const entry of items) wheel.schedule(entry.item, entry.dueMs);
        runUntil(wheel, 300_000);
        for (const {
          dueMs,
          item: { firedAt },
        } of items) {
          expect(firedAt).toHaveLength(1);
          expect(firedAt[0]).toBeGreaterThanOrEqual(dueMs);
          expect(firedAt[0]).toBeLessThanOrEqual(Math.max(dueMs, 1000 + granularityMs) + granularityMs);
        }
        expect(wheel.size).toBe(0);
      }),
      { numRuns: 50 },
    );
  });

  it("moves an item forward, and leaves it where it is when the new moment is later", () => {
    const wheel = new TimerWheel(10, 0);
    const one = item();
    wheel.schedule(one, 500);
    wheel.schedule(one, 900);
    expect(wheel.nextDueMs()).toBe(500);
    wheel.schedule(one, 100);
    expect(wheel.nextDueMs()).toBe(100);
    expect(wheel.size).toBe(1);
  });

  it("cancels from the middle of a slot", () => {
    const wheel = new TimerWheel(10, 0);
    const items = [item(), item(), item()] as const;
    for (const each of items) wheel.schedule(each, 100);
    wheel.cancel(items[0]);
    wheel.cancel(items[0]);
    wheel.advance(100);
    expect(items.map((each) => each.firedAt.length)).toEqual([0, 1, 1]);
  });

  it("lets an item schedule itself again, at once even", () => {
    const wheel = new TimerWheel(10, 0);
    const one = item((self, nowMs) => {
      if (self.firedAt.length < 3) wheel.schedule(self, nowMs);
    });
    wheel.schedule(one, 10);
    runUntil(wheel, 100);
    expect(one.firedAt).toEqual([10, 20, 30]);
  });

  it("lets an item cancel others that are due with it", () => {
    const wheel = new TimerWheel(10, 0);
    const others = [item(), item()];
    const killer = item(() => others.forEach((other) => wheel.cancel(other)));
    for (const each of [...others, killer]) wheel.schedule(each, 50);
    wheel.advance(60);
    expect(killer.firedAt).toHaveLength(1);
    expect(others.flatMap((other) => other.firedAt)).toEqual([]);
  });

  it("fires everything once after a stall longer than its turn", () => {
    const wheel = new TimerWheel(1, 0);
    const items = Array.from({ length: 100 }, (_, i) => ({ item: item(), dueMs: i * 13 }));
    for (const each of items) wheel.schedule(each.item, each.dueMs);
    wheel.advance(1_000_000);
    expect(items.every((each) => each.item.firedAt.length === 1)).toBe(true);
  });

  // A session that closes in the heartbeat of a server with no other: the wheel, empty, is brought to the present.
  it("does not turn for ever when advanced while it calls", () => {
    const wheel = new TimerWheel(1, 0);
    const late = item();
    const one = item(() => {
      wheel.advance(11);
      wheel.schedule(late, 30_000);
    });
    wheel.schedule(one, 10);
    wheel.advance(10);
    runUntil(wheel, 30_000);
    expect([one.firedAt, late.firedAt]).toEqual([[10], [30_000]]);
  });

  it("calls the others when one throws", () => {
    const wheel = new TimerWheel(10, 0);
    const before = item();
    const after = item();
    const thrower = item(() => {
      throw new Error("thrown");
    });
    for (const each of [before, thrower, after]) wheel.schedule(each, 50);
    expect(() => wheel.advance(50)).toThrow("thrown");
    expect(wheel.nextDueMs()).toBeLessThanOrEqual(50);
    wheel.advance(50);
    expect([before.firedAt, after.firedAt]).toEqual([[50], [50]]);
    expect(wheel.nextDueMs()).toBe(Infinity);
  });
});

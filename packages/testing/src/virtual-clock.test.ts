import { setTimeout as importedSetTimeout } from "node:timers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SeededRandom } from "./random.ts";
import { VirtualClock } from "./virtual-clock.ts";

describe("virtual clock", () => {
  let clock: VirtualClock;
  let log: string[];
  beforeEach(() => {
    clock = new VirtualClock(new SeededRandom(1));
    log = [];
    clock.install();
  });
  afterEach(() => clock.uninstall());

  const playAll = (limitMs: number): void => {
    const endMs = clock.nowMs + limitMs;
    while (clock.step(endMs));
  };

  it("fires timers in the order of their instants", () => {
    setTimeout(() => log.push("late"), 20);
    setTimeout(() => log.push("early"), 10);
    playAll(15);
    expect(log).toEqual(["early"]);
    playAll(100);
    expect(log).toEqual(["early", "late"]);
    expect(clock.pendingTimers).toBe(0);
  });

  it("moves Date and performance.now with it", () => {
    const [date, mark] = [Date.now(), performance.now()];
    setTimeout(
      () => log.push(`${Date.now() - date} ${performance.now() - mark} ${new Date().getTime() - date}`),
      5_000,
    );
    playAll(10_000);
    expect(log).toEqual(["5000 5000 5000"]);
  });

  it("repeats an interval until it is cleared", () => {
    const timer = setInterval(() => {
      log.push("tick");
      if (log.length === 3) clearInterval(timer);
    }, 10);
    playAll(1_000);
    expect(log).toEqual(["tick", "tick", "tick"]);
  });

  it("refreshes a timer that has fired, but not one that was cleared", () => {
    const timer = setTimeout(() => log.push("fired"), 10);
    playAll(10);
    timer.refresh();
    playAll(10);
    expect(log).toEqual(["fired", "fired"]);
    clearTimeout(timer);
    timer.refresh();
    expect(clock.pendingTimers).toBe(0);
  });

  it("passes arguments, and clears by number", () => {
    setTimeout((word: string) => log.push(word), 1, "hello");
    const handle: { [Symbol.toPrimitive](): number } = setTimeout(() => log.push("never"), 1);
    clearTimeout(handle[Symbol.toPrimitive]());
    playAll(10);
    expect(log).toEqual(["hello"]);
  });

  it("reaches programs that import their timers", () => {
    importedSetTimeout(() => log.push("imported"), 10);
    playAll(10);
    expect(log).toEqual(["imported"]);
  });

  it("plays timers of one instant in an order that the seed decides", () => {
    const orders = new Set<string>();
    for (let seed = 0; seed < 20; seed++) {
      const other = new VirtualClock(new SeededRandom(seed));
      const order: string[] = [];
      for (const name of ["a", "b", "c"]) other.schedule(() => order.push(name), 5);
      while (other.step(other.nowMs + 10));
      orders.add(order.join(""));
    }
    expect(orders.size).toBeGreaterThan(3);
  });
});

import { describe, expect, it } from "vitest";
import { VirtualClock } from "../../test/virtual-clock.js";
import { OwedAcks } from "./owed-acks.js";

function start(): { clock: VirtualClock; owed: OwedAcks; forgotten: number[] } {
  const clock = new VirtualClock();
  const forgotten: number[] = [];
  return { clock, owed: new OwedAcks(clock.schedule, (id) => forgotten.push(id)), forgotten };
}

describe("acknowledgements owed to other nodes", () => {
  it("are forgotten when their time is up", () => {
    const { clock, owed, forgotten } = start();
    const onAnswer = owed.open(7, 2, 100);
    onAnswer();
    clock.advance(99);
    expect(forgotten).toEqual([]);
    clock.advance(1);
    expect(forgotten).toEqual([7]);
    onAnswer();
    expect(clock.timers).toBe(0);
  });

  it("need no timer once all have answered", () => {
    const { clock, owed, forgotten } = start();
    const onAnswer = owed.open(7, 2, 100);
    onAnswer();
    expect(clock.timers).toBe(1);
    onAnswer();
    expect(clock.timers).toBe(0);
    clock.advance(1000);
    expect(forgotten).toEqual([]);
  });

  it("need no timer when nobody was asked, or when the node ends", () => {
    const { clock, owed } = start();
    owed.open(1, 0, 100);
    expect(clock.timers).toBe(0);
    owed.open(2, 1, 100);
    owed.open(3, 1, 100);
    owed.clear();
    expect(clock.timers).toBe(0);
  });
});

import { performance } from "node:perf_hooks";
import { TimerWheel, type WheelItem } from "./core/timer-wheel.js";

/** Where sessions and transports leave their deadlines. */
export interface Scheduler {
  nowMs(): number;
  /** Sooner replaces later; later than what is scheduled is ignored (see {@link WheelItem}). */
  schedule(item: WheelItem, dueMs: number): void;
  cancel(item: WheelItem): void;
}

/**
 * Drives one timer wheel with one timer, which exists only while something is scheduled. It keeps to the clock of the
 * moment it was made in: a test that replaces the timers for a while would otherwise stop it, and all sessions, for good.
 */
export class Ticker implements Scheduler {
  private readonly now = performance.now.bind(performance);
  private readonly setTimer = globalThis.setTimeout;
  private readonly clearTimer = globalThis.clearTimeout;
  private readonly wheel: TimerWheel;
  private timer: NodeJS.Timeout | null = null;
  private timerDueMs = Infinity;

  /** @param granularityMs how late a deadline may be noticed */
  constructor(granularityMs: number) {
    this.wheel = new TimerWheel(granularityMs, this.nowMs());
  }

  /** Whole milliseconds: V8 keeps them in place, fractions in an object of their own. */
  nowMs(): number {
    return Math.floor(this.now());
  }

  schedule(item: WheelItem, dueMs: number): void {
    if (this.wheel.size === 0) {
      this.wheel.advance(this.nowMs()); // an idle wheel stands still: bring it to the present
    }
    this.arm(this.wheel.schedule(item, dueMs));
  }

  cancel(item: WheelItem): void {
    this.wheel.cancel(item);
    if (this.wheel.size === 0) this.disarm();
  }

  private arm(dueMs: number): void {
    if (dueMs >= this.timerDueMs) return;
    this.disarm();
    if (dueMs !== Infinity) {
      this.timerDueMs = dueMs;
      this.timer = this.setTimer(() => this.tick(), Math.max(1, Math.ceil(dueMs - this.nowMs())));
    }
  }

  private disarm(): void {
    if (this.timer !== null) {
      this.clearTimer(this.timer);
      this.timer = null;
    }
    this.timerDueMs = Infinity;
  }

  private tick(): void {
    this.disarm();
    try {
      this.wheel.advance(this.nowMs());
    } finally {
      this.arm(this.wheel.nextDueMs()); // also when a listener has thrown: the other sessions go on
    }
  }
}

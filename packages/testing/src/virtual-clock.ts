import nodeModule = require("node:module");
import timersModule = require("node:timers");
import type { SeededRandom } from "./random.js";

/** A timer that waits, has fired, or was cancelled. */
interface Timer {
  readonly id: number;
  readonly delayMs: number;
  readonly repeats: boolean;
  readonly callback: (...args: unknown[]) => void;
  readonly args: readonly unknown[];
  atMs: number;
  /** Decides between timers of the same instant: seeded, so that every order comes up in some run. */
  order: number;
}

/** What `setTimeout` returns under the virtual clock; enough of Node's `Timeout` for programs that call its methods. */
class TimerHandle {
  private isCancelled = false;

  constructor(
    private readonly clock: VirtualClock,
    private readonly timer: Timer,
  ) {}
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  hasRef(): boolean {
    return this.clock.isPending(this.timer.id);
  }
  /** Starts anew, also when it has fired already, as Node's does. */
  refresh(): this {
    if (!this.isCancelled) this.clock.start(this.timer);
    return this;
  }
  close(): this {
    this.isCancelled = true;
    this.clock.cancel(this.timer.id);
    return this;
  }
  [Symbol.toPrimitive](): number {
    return this.timer.id;
  }
}

/** Programs that import their timers get them from here. */
function putTimersModule(
  timers: Record<"setTimeout" | "setInterval" | "clearTimeout" | "clearInterval", unknown>,
): void {
  const { setTimeout, setInterval, clearTimeout, clearInterval } = timers;
  Object.assign(timersModule, { setTimeout, setInterval, clearTimeout, clearInterval });
  nodeModule.syncBuiltinESMExports();
}

/**
 * Time that stands still until it is told to go on. While installed it takes the place of the timers (global and of
 * `node:timers`), `Date`, `performance.now` and `Math.random`. `setImmediate`, `process.nextTick` and promises stay as they are: they belong to
 * the instant that is being played.
 */
export class VirtualClock {
  nowMs = 1_000_000_000_000;
  private nextId = 1;
  private readonly timers = new Map<number, Timer>();
  private restore: (() => void) | null = null;

  constructor(private readonly random: SeededRandom) {}

  /** Runs `callback` after `delayMs` of virtual time. @returns the id for `cancel` */
  schedule(callback: () => void, delayMs: number): number {
    const timer = this.create(callback, delayMs, [], { repeats: false });
    this.start(timer);
    return timer.id;
  }

  /** (Re)starts a timer at its full delay. */
  start(timer: Timer): void {
    timer.atMs = this.nowMs + timer.delayMs;
    timer.order = this.random.next();
    this.timers.set(timer.id, timer);
  }

  cancel(id: number): void {
    this.timers.delete(id);
  }

  private create(
    callback: Timer["callback"],
    delayMs: number,
    args: readonly unknown[],
    { repeats }: { repeats: boolean },
  ): Timer {
    const delay = Number.isFinite(delayMs) && delayMs > 0 ? delayMs : 1;
    return { id: this.nextId++, delayMs: delay, repeats, callback, args, atMs: 0, order: 0 };
  }

  isPending(id: number): boolean {
    return this.timers.has(id);
  }

  /** Timers that have not fired yet: zero after a clean end. */
  get pendingTimers(): number {
    return this.timers.size;
  }

  /** The instant of the next timer, or null when there is none. */
  get nextAtMs(): number | null {
    return this.first()?.atMs ?? null;
  }

  /** Goes to the next timer and runs it. @returns false when there was none at or before `limitMs` */
  step(limitMs: number): boolean {
    const timer = this.first();
    if (timer === null || timer.atMs > limitMs) return false;
    this.nowMs = Math.max(this.nowMs, timer.atMs);
    if (timer.repeats) this.start(timer);
    else this.cancel(timer.id);
    timer.callback(...timer.args);
    return true;
  }

  private first(): Timer | null {
    let first: Timer | null = null;
    for (const timer of this.timers.values()) {
      if (first === null || timer.atMs < first.atMs || (timer.atMs === first.atMs && timer.order < first.order))
        first = timer;
    }
    return first;
  }

  /** Replaces the globals. Modules that took a copy of them earlier keep real time. */
  install(): void {
    if (this.restore !== null) throw new Error("the virtual clock is already installed");
    const realNow = performance.now.bind(performance);
    const { random: realRandom } = Math;
    const begin =
      (repeats: boolean) =>
      (callback: Timer["callback"], delayMs = 1, ...args: unknown[]): TimerHandle => {
        const timer = this.create(callback, delayMs, args, { repeats });
        this.start(timer);
        return new TimerHandle(this, timer);
      };
    const stop = (handle: unknown): void => {
      if (handle instanceof TimerHandle) handle.close();
      else if (handle !== undefined && handle !== null) this.cancel(Number(handle));
    };
    const names = {
      setTimeout: begin(false),
      setInterval: begin(true),
      clearTimeout: stop,
      clearInterval: stop,
      Date: this.dateClass(),
    };
    const saved = { setTimeout, setInterval, clearTimeout, clearInterval, Date };
    const put = (values: Record<string, unknown>): void => {
      for (const [name, value] of Object.entries(values)) {
        Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      }
    };
    put(names);
    putTimersModule(names);
    performance.now = () => this.nowMs - 1_000_000_000_000;
    Math.random = () => this.random.next();
    this.restore = () => {
      put(saved);
      putTimersModule(saved);
      performance.now = realNow;
      Math.random = realRandom;
    };
  }

  uninstall(): void {
    this.restore?.();
    this.restore = null;
  }

  private dateClass(): DateConstructor {
    const RealDate = Date;
    const now = (): number => Math.floor(this.nowMs);
    return new Proxy(RealDate, {
      construct: (target, args: unknown[]) => Reflect.construct(target, args.length === 0 ? [now()] : args) as Date,
      apply: () => new RealDate(now()).toString(),
      get: (target, key) => (key === "now" ? now : (Reflect.get(target, key) as unknown)),
    });
  }
}

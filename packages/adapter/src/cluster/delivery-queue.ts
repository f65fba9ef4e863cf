import type { Schedule } from "./schedule.js";

type Effect = () => void;

/** A place in the queue. */
interface Place {
  /** `null` while it waits. */
  effect: Effect | null;
  /** Ends the wait without the value; `null` for what never waits. */
  readonly giveUp: (() => void) | null;
}

/**
 * What is done to the sockets of this node, in the order it was asked for. A broadcast that waits for its offset holds up all
 * that was asked for after it; while nothing waits, effects happen at once.
 */
export class DeliveryQueue {
  readonly #places: Place[] = [];
  #isDraining = false;
  readonly #schedule: Schedule;
  readonly #maxWaitMs: number;
  readonly #onError: (error: unknown) => void;

  /**
   * @param maxWaitMs longest time an effect waits for its value
   * @param onError told when an effect fails that nobody is left to throw to
   */
  constructor(schedule: Schedule, maxWaitMs: number, onError: (error: unknown) => void) {
    this.#schedule = schedule;
    this.#maxWaitMs = maxWaitMs;
    this.#onError = onError;
  }

  get size(): number {
    return this.#places.length;
  }

  /** Runs `effect` when all before it have run: now, if nothing waits. */
  run(effect: Effect): void {
    if (this.#places.length === 0) {
      effect();
      return;
    }
    this.#places.push({ effect, giveUp: null });
  }

  /**
   * Runs `effect` in its turn, with what `value` resolves to; with `null` when that fails or takes too long.
   *
   * @returns resolves when the effect has run
   */
  runWith<T>(value: Promise<T>, effect: (value: T | null) => void): Promise<void> {
    return new Promise((resolve) => {
      const settle = (settled: T | null): void => {
        if (place.effect !== null) return;
        cancelDeadline();
        place.effect = () => {
          resolve();
          effect(settled);
        };
        this.#drain();
      };
      const giveUp = (): void => settle(null);
      const place: Place = { effect: null, giveUp };
      this.#places.push(place);
      const cancelDeadline = this.#schedule(giveUp, this.#maxWaitMs);
      value.then(settle, giveUp);
    });
  }

  /** What waits for its value goes on without: nothing is left of the queue, nor of its timers. */
  flush(): void {
    for (const { giveUp } of this.#places.slice()) {
      giveUp?.();
    }
  }

  #drain(): void {
    if (this.#isDraining) return; // an effect has flushed: what waited has its turn in this walk
    this.#isDraining = true;
    let done = 0;
    for (let place = this.#places[0]; place !== undefined && place.effect !== null; place = this.#places[done]) {
      try {
        place.effect();
      } catch (error) {
        this.#onError(error);
      }
      done++;
    }
    // All places are kept until then: what an effect asks for comes after what is queued already.
    this.#places.splice(0, done);
    this.#isDraining = false;
  }
}

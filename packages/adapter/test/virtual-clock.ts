/** Time which passes when told to. */
export class VirtualClock {
  #nowMs = 0;
  readonly #timers: Set<{ atMs: number; callback: () => void }> = new Set();

  /** Number of timers that have not fired. */
  get timers(): number {
    return this.#timers.size;
  }

  readonly schedule = (callback: () => void, delayMs: number): (() => void) => {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  };

  advance(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers].sort((a, b) => a.atMs - b.atMs)) {
      if (timer.atMs <= this.#nowMs && this.#timers.delete(timer)) {
        timer.callback();
      }
    }
  }
}

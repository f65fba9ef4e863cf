import type { Schedule } from "./schedule.js";

/**
 * Acknowledgements that clients of this node owe to broadcasts of other nodes. When their time is up nobody waits for them, and
 * they are forgotten: a client that never answers must not make its socket grow.
 */
export class OwedAcks {
  readonly #deadlines: Set<() => void> = new Set();
  readonly #schedule: Schedule;
  readonly #forget: (id: number) => void;

  /** @param forget told the acknowledgement id of a broadcast which not all have answered in time */
  constructor(schedule: Schedule, forget: (id: number) => void) {
    this.#schedule = schedule;
    this.#forget = forget;
  }

  /**
   * @param id of the acknowledgement, the same for all clients
   * @param clientCount how many were asked
   * @returns to be called for each that has answered
   */
  open(id: number, clientCount: number, timeoutMs: number): () => void {
    if (clientCount === 0) return () => {};
    let left = clientCount;
    const close = (): void => {
      cancelDeadline();
      this.#deadlines.delete(close);
    };
    const cancelDeadline = this.#schedule(() => {
      this.#deadlines.delete(close);
      this.#forget(id);
    }, timeoutMs);
    this.#deadlines.add(close);
    return () => {
      left--;
      if (left === 0) close();
    };
  }

  clear(): void {
    for (const close of this.#deadlines) {
      close();
    }
  }
}

import type { Room } from "./types.js";

/**
 * The newest of the packets to one room, or to all, that have left the log; and the newest but those at the end that were kept from
 * the same one room: a client which broadcasts to the others must not seem to have lost its own words.
 */
export class LossMark {
  #newest = 0;
  /** The one room that the newest packets were kept from, `null` if they were kept from none or several. */
  #keptFrom: Room | null = null;
  #newestBefore = 0;

  /** A packet has left the log. */
  record(sequence: number, except: readonly Room[]): void {
    const keptFrom = except.length === 1 ? (except[0] ?? null) : null;
    if (keptFrom === null || keptFrom !== this.#keptFrom) this.#newestBefore = this.#newest;
    this.#keptFrom = keptFrom;
    this.#newest = sequence;
  }

  /**
   * @param wasAlwaysIn rooms the client has been in since it connected
   * @returns sequence of the newest packet that may have been for it, 0 if none
   */
  newestFor(wasAlwaysIn: (room: Room) => boolean): number {
    return this.#keptFrom !== null && wasAlwaysIn(this.#keptFrom) ? this.#newestBefore : this.#newest;
  }
}

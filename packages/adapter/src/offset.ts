import type { Offset } from "./types.js";

/** What an offset sent by a client says. */
export type OffsetClaim =
  /** The client has received nothing yet. */
  | { readonly tag: "start" }
  /** The client has received everything up to this packet. */
  | { readonly tag: "packet"; readonly sequence: number }
  /** Not made by this log: by one of another server, or by an event whose last argument happened to be a string. */
  | { readonly tag: "unknown" };

const SEPARATOR = ".";

/**
 * Makes and reads the offsets of one packet log. An offset is `<log>.<sequence>`, the sequence in base 36; sequences grow by
 * one with each packet, so that an offset can be judged although its packet has left the log.
 */
export class OffsetFormat {
  readonly #prefix: string;

  /** @param logId tells the offsets of this log from those of others; without a dot */
  constructor(logId: string) {
    this.#prefix = logId + SEPARATOR;
  }

  /** @param sequence integer, at least 1 */
  format(sequence: number): Offset {
    return this.#prefix + sequence.toString(36);
  }

  /**
   * @param offset `undefined` if the client has none
   * @param lastSequence sequence of the newest packet: a claim beyond it was not made by this log
   */
  parse(offset: string | undefined, lastSequence: number): OffsetClaim {
    if (offset === undefined) return { tag: "start" };
    if (!offset.startsWith(this.#prefix)) return { tag: "unknown" };
    const digits = offset.slice(this.#prefix.length);
    const sequence = /^[1-9a-z][0-9a-z]{0,10}$/.test(digits) ? Number.parseInt(digits, 36) : Number.NaN;
    return sequence <= lastSequence ? { tag: "packet", sequence } : { tag: "unknown" };
  }
}

import { isUtf8 } from "node:buffer";

/** From this length on the native check of the bulk is faster than the byte loop. */
const NATIVE_BYTES = 64;

/**
 * Checks text that arrives in pieces, as early as its bytes allow (RFC 6455 §8.1): a piece fails when it holds a byte
 * that no valid text could have there, not only when the text is complete.
 */
export class Utf8Validator {
  /** Continuation bytes still to come for the current code point. */
  private missing = 0;
  /** Bounds of the next continuation byte: narrower after E0, ED, F0 and F4 (Unicode, table 3-7). */
  private low = 0x80;
  private high = 0xbf;

  /** True when the text may end here. */
  get isComplete(): boolean {
    return this.missing === 0;
  }

  /** @returns false when a byte is wrong; the validator is of no use after that. */
  push(data: Uint8Array, start: number, end: number): boolean {
    let at = start;
    while (at < end && this.missing > 0) {
      if (!this.step(data[at++]!)) return false;
    }
    if (end - at >= NATIVE_BYTES) {
      const tail = lastLead(data, end);
      if (!isUtf8(data.subarray(at, tail))) return false;
      at = tail;
    }
    while (at < end) {
      if (!this.step(data[at++]!)) return false;
    }
    return true;
  }

  private step(byte: number): boolean {
    if (this.missing > 0) {
      if (byte < this.low || byte > this.high) return false;
      this.low = 0x80;
      this.high = 0xbf;
      this.missing--;
      return true;
    }
    if (byte < 0x80) return true;
    if (byte < 0xc2 || byte > 0xf4) return false;
    if (byte < 0xe0) {
      this.missing = 1;
    } else if (byte < 0xf0) {
      this.missing = 2;
      if (byte === 0xe0) this.low = 0xa0;
      else if (byte === 0xed) this.high = 0x9f;
    } else {
      this.missing = 3;
      if (byte === 0xf0) this.low = 0x90;
      else if (byte === 0xf4) this.high = 0x8f;
    }
    return true;
  }
}

/** Where the last code point begins when it could be cut by `end`; otherwise `end`. */
function lastLead(data: Uint8Array, end: number): number {
  for (let at = end - 1; at >= end - 3; at--) {
    const byte = data[at]!;
    if (byte >= 0xc0) return at;
    if (byte < 0x80) return end;
  }
  return end;
}

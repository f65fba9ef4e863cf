/** A source of choices that depends on (seed, number) alone. */
export class Random {
  #state;

  constructor(seed, number) {
    this.#state = (Math.imul(seed | 0, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) | 0;
  }

  /** An unsigned 32-bit number (mulberry32). */
  next() {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** An integer of [min, max]. */
  int(min, max) {
    return min + (this.next() % (max - min + 1));
  }

  /** True once in `times`. */
  oneIn(times) {
    return this.next() % times === 0;
  }

  pick(list) {
    return list[this.next() % list.length];
  }

  bytes(length) {
    const bytes = Buffer.allocUnsafe(length);
    for (let i = 0; i < length; i++) bytes[i] = this.next();
    return bytes;
  }

  /** Cuts bytes into chunks, as a network might: one, a few, or single bytes. Copies, because receivers may change them. */
  chunks(bytes) {
    const largest = this.pick([1, 3, 20, 200, 5000, bytes.length]);
    const chunks = [];
    for (let at = 0; at < bytes.length;) {
      const end = Math.min(bytes.length, at + this.int(1, Math.max(1, largest)));
      chunks.push(Buffer.from(bytes.subarray(at, end)));
      at = end;
    }
    return chunks;
  }
}

/** Pieces below this many bytes are put together as they come. */
const SMALL_PIECE_BYTES = 1024;
/** In memory of this size, which comes out of Node's buffer pool. */
const SLAB_BYTES = 2048;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Bytes that arrive in pieces. What they cost is bounded by their number, not by the number of pieces: an object for each takes more
 * than a hundred bytes, and a peer may send them one byte at a time.
 */
export class ByteCollector {
  private pieces: Buffer[] = [];
  private bytes = 0;
  /** Holds small pieces: those up to `begin` stand in `pieces` already, those up to `end` do not yet. */
  private slab: Buffer = EMPTY;
  private begin = 0;
  private end = 0;

  get length(): number {
    return this.bytes;
  }

  /** @param piece not changed from now on: only small ones are copied */
  append(piece: Buffer): void {
    this.bytes += piece.length;
    const isFirst = this.bytes === piece.length; // for most bodies the only one
    if (isFirst || piece.length >= SMALL_PIECE_BYTES) {
      this.closeSmall();
      this.pieces.push(piece);
    } else {
      if (piece.length > this.slab.length - this.end) this.renewSlab();
      this.end += piece.copy(this.slab, this.end);
    }
  }

  /** All of them, in order. The collector is empty then. */
  take(): Buffer {
    this.closeSmall();
    const [first = EMPTY] = this.pieces;
    const all = this.pieces.length <= 1 ? first : Buffer.concat(this.pieces, this.bytes);
    this.pieces = [];
    this.bytes = 0;
    return all;
  }

  private renewSlab(): void {
    this.closeSmall();
    this.slab = Buffer.allocUnsafe(SLAB_BYTES);
    this.begin = 0;
    this.end = 0;
  }

  private closeSmall(): void {
    if (this.end === this.begin) return;
    this.pieces.push(this.slab.subarray(this.begin, this.end));
    this.begin = this.end;
  }
}

/**
 * Framing over a WebTransport stream (Engine.IO protocol v4): 7 bits of length, or 126 and 16 bits, or 127 and 64 bits, big
 * endian; the high bit of the first byte says binary.
 */
export function encodeHeader(length: number, isBinary: boolean): Uint8Array {
  const size = length < 126 ? 1 : length <= 0xffff ? 3 : 9;
  const header = new Uint8Array(size);
  const view = new DataView(header.buffer);
  view.setUint8(0, (size < 3 ? length : size < 9 ? 126 : 127) | (isBinary ? 0x80 : 0));
  if (size === 3) view.setUint16(1, length);
  if (size === 9) view.setBigUint64(1, BigInt(length));
  return header;
}

/**
 * Where frames go, in order.
 *
 * @internal
 */
export interface FrameSink {
  onFrame(payload: Uint8Array, isBinary: boolean): void;
  /** A length of 0 or above the limit; nothing follows. */
  onFault(length: number): void;
}

/**
 * Takes a byte stream apart into frames.
 *
 * @internal
 */
export class FrameDecoder {
  private chunks: Uint8Array[] = [];
  private bufferedBytes = 0;
  private neededBytes = 1;
  private isStopped = false;

  constructor(
    private readonly sink: FrameSink,
    private readonly maxBytes: number,
  ) {}

  push(chunk: Uint8Array): void {
    if (this.isStopped) return;
    this.chunks.push(chunk);
    this.bufferedBytes += chunk.length;
    if (this.bufferedBytes >= this.neededBytes) this.drain();
  }

  stop(): void {
    this.isStopped = true;
    this.chunks = [];
  }

  private drain(): void {
    let bytes = this.join();
    while (!this.isStopped) {
      const first = bytes[0] ?? 0;
      const short = first & 0x7f;
      const headerBytes = short < 126 ? 1 : short === 126 ? 3 : 9;
      this.neededBytes = headerBytes;
      if (bytes.length < headerBytes) break;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const length = short < 126 ? short : short === 126 ? view.getUint16(1) : Number(view.getBigUint64(1));
      if (!length || length > this.maxBytes) {
        this.stop();
        return this.sink.onFault(length);
      }
      this.neededBytes = headerBytes + length;
      if (bytes.length < this.neededBytes) break;
      const payload = bytes.slice(headerBytes, this.neededBytes);
      bytes = bytes.subarray(this.neededBytes);
      this.sink.onFrame(payload, first > 0x7f);
    }
    this.chunks = [bytes];
    this.bufferedBytes = bytes.length;
  }

  private join(): Uint8Array {
    if (this.chunks.length === 1) return this.chunks[0] as Uint8Array;
    const bytes = new Uint8Array(this.bufferedBytes);
    let offset = 0;
    for (const chunk of this.chunks) {
      bytes.set(chunk, offset);
      offset += chunk.length;
    }
    return bytes;
  }
}

/**
 * Framing over a WebTransport stream (Engine.IO protocol v4): 7 bits of length, or 126 and 16 bits, or 127 and 64 bits, big
 * endian; the high bit of the first byte says binary.
 */
export function encodeHeader(length: number, isBinary: boolean): Uint8Array {
  const short = length < 126 ? length : length <= 0xffff ? 126 : 127;
  const header = new Uint8Array(headerBytes(short));
  for (let i = header.length, rest = length; --i > 0; rest = Math.floor(rest / 256)) header[i] = rest; // modulo 256
  header[0] = short | (isBinary ? 0x80 : 0);
  return header;
}

/** Bytes of a header, by the 7 bits of its first byte. */
function headerBytes(short: number): number {
  return short < 126 ? 1 : short < 127 ? 3 : 9;
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

/** @returns a function that takes the chunks of a byte stream, and gives `sink` the frames in them */
export function createFrameDecoder(sink: FrameSink, maxBytes: number): (chunk: Uint8Array) => void {
  let chunks: Uint8Array[] = [];
  let bufferedBytes = 0;
  /** Of header, or of header and payload. */
  let neededBytes = 1;

  return (chunk) => {
    chunks.push(chunk);
    bufferedBytes += chunk.length;
    if (bufferedBytes < neededBytes) return;
    let bytes = join(chunks, bufferedBytes);
    for (;;) {
      const first = bytes[0] ?? 0;
      const short = first & 0x7f;
      const start = headerBytes(short);
      neededBytes = start;
      if (bytes.length < start) break;
      const length = start > 1 ? bytes.subarray(1, start).reduce((sum, byte) => sum * 256 + byte, 0) : short;
      if (!length || length > maxBytes) {
        neededBytes = Infinity;
        return sink.onFault(length);
      }
      neededBytes += length;
      if (bytes.length < neededBytes) break;
      sink.onFrame(bytes.slice(start, neededBytes), first > short);
      bytes = bytes.subarray(neededBytes);
    }
    chunks = [bytes];
    bufferedBytes = bytes.length;
  };
}

function join(chunks: readonly Uint8Array[], totalBytes: number): Uint8Array {
  const bytes = new Uint8Array(totalBytes);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

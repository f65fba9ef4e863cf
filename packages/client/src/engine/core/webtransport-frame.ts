/**
 * Framing over a WebTransport stream (Engine.IO protocol v4): 7 bits of length, or 126 and 16 bits, or 127 and 64 bits, big
 * endian; the high bit of the first byte says binary.
 */
export function encodeHeader(length: number, isBinary: boolean): Uint8Array {
  const bytes = length < 126 ? 1 : length <= 0xffff ? 3 : 9;
  const header = new DataView(new ArrayBuffer(bytes));
  header.setUint8(0, (bytes < 3 ? length : bytes < 9 ? 126 : 127) | (isBinary ? 0x80 : 0));
  if (bytes === 3) header.setUint16(1, length);
  if (bytes === 9) header.setBigUint64(1, BigInt(length));
  return new Uint8Array(header.buffer);
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
      const headerBytes = short < 126 ? 1 : short < 127 ? 3 : 9;
      neededBytes = headerBytes;
      if (bytes.length < headerBytes) break;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      const length = short < 126 ? short : short < 127 ? view.getUint16(1) : Number(view.getBigUint64(1));
      if (!length || length > maxBytes) {
        neededBytes = Infinity;
        return sink.onFault(length);
      }
      neededBytes += length;
      if (bytes.length < neededBytes) break;
      sink.onFrame(bytes.slice(headerBytes, neededBytes), first > short);
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

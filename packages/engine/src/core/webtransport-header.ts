/**
 * Header of a frame on a WebTransport stream (Engine.IO protocol v4): 7 bits of length, or 126 and 16 bits, or 127 and 64 bits, big endian;
 * the high bit of the first byte says binary.
 *
 * @param length of what follows, in bytes, at least 1 and below 2^48
 */
export function webTransportHeader(length: number, kind: "text" | "binary"): Uint8Array {
  const flag = kind === "binary" ? 0x80 : 0;
  if (length < 126) return Uint8Array.of(flag | length);
  const header = Buffer.alloc(length <= 0xffff ? 3 : 9);
  if (header.length === 3) {
    header[0] = flag | 126;
    header.writeUInt16BE(length, 1);
  } else {
    header[0] = flag | 127;
    header.writeUIntBE(length, 3, 6);
  }
  return header;
}

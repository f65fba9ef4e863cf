import { randomBytes } from "node:crypto";

// The load generator's own, minimal side of RFC 6455: it must cost little, and it must not be the code under test.
const KEY = randomBytes(4);

/** A masked, final client frame. */
export function clientFrame(opcode, payload) {
  const size = payload.length;
  const extra = size < 126 ? 0 : size < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(6 + extra + size);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (extra === 0 ? size : extra === 2 ? 126 : 127);
  if (extra === 2) frame.writeUInt16BE(size, 2);
  if (extra === 8) frame.writeBigUInt64BE(BigInt(size), 2);
  KEY.copy(frame, 2 + extra);
  for (let i = 0, at = 6 + extra; i < size; i++) frame[at + i] = payload[i] ^ KEY[i & 3];
  return frame;
}

/** Cuts a byte stream into unmasked frames and hands each payload to `onFrame(opcode, payload, isCompressed)`. */
export class FrameReader {
  #rest = null;

  constructor(onFrame) {
    this.onFrame = onFrame;
  }

  push(chunk) {
    const data = this.#rest === null ? chunk : Buffer.concat([this.#rest, chunk]);
    this.#rest = null;
    let at = 0;
    while (data.length - at >= 2) {
      let size = data[at + 1] & 0x7f;
      let head = 2;
      if (size === 126) {
        if (data.length - at < 4) break;
        size = data.readUInt16BE(at + 2);
        head = 4;
      } else if (size === 127) {
        if (data.length - at < 10) break;
        size = Number(data.readBigUInt64BE(at + 2));
        head = 10;
      }
      if (data.length - at - head < size) break;
      const start = at + head;
      this.onFrame(data[at] & 0x0f, data.subarray(start, start + size), (data[at] & 0x40) !== 0);
      at = start + size;
    }
    if (at < data.length) this.#rest = data.subarray(at);
  }
}

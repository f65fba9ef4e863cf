import { applyMask } from "./mask.js";
import { Opcode } from "./opcode.js";

const FIN = 0x80;
const RSV1 = 0x40;
const MASK = 0x80;
/** Longest text framed as a string: above, copying bytes is cheaper than joining strings. */
const MAX_STRING_FRAME_LENGTH = 16 * 1024;
/** The same for payloads that are bytes. */
const MAX_STRING_FRAME_PAYLOAD_BYTES = 4 * 1024;

/** First header byte (RFC 6455 §5.2). */
export function firstByte(opcode: number, fin: boolean, rsv1: boolean): number {
  return (fin ? FIN : 0) | (rsv1 ? RSV1 : 0) | opcode;
}

/**
 * A final, unmasked text frame as a latin1 string, one character per byte: small text needs no Buffer then.
 *
 * @returns null when the text is not ASCII, or long
 */
export function textFrameString(text: string): string | null {
  const { length } = text;
  if (length > MAX_STRING_FRAME_LENGTH || !isAscii(text)) return null;
  if (length < 126) return SHORT_TEXT_HEADERS[length]! + text;
  return `\x81\x7e${String.fromCharCode(length >>> 8, length & 0xff)}${text}`;
}

/** A final, unmasked text frame in one buffer. */
export function textFrame(text: string): Buffer {
  const length = Buffer.byteLength(text);
  const header = headerBytes(length);
  const frame = Buffer.allocUnsafe(header + length);
  writeHeader(frame, firstByte(Opcode.Text, true, false), length, 0);
  frame.write(text, header, "utf8");
  return frame;
}

/** An unmasked frame in one buffer. @param first see `firstByte` */
export function frame(first: number, payload: Uint8Array): Buffer {
  const header = headerBytes(payload.length);
  const frame = Buffer.allocUnsafe(header + payload.length);
  writeHeader(frame, first, payload.length, 0);
  frame.set(payload, header);
  return frame;
}

/**
 * An unmasked frame as a latin1 string, one character per byte: V8 makes, joins and frees short strings for less than
 * Buffers. @param first see `firstByte`
 *
 * @returns null when the payload is so long that a Buffer is cheaper
 */
export function frameString(first: number, payload: Uint8Array): string | null {
  const { length } = payload;
  if (length > MAX_STRING_FRAME_PAYLOAD_BYTES) return null;
  const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(payload.buffer, payload.byteOffset, length);
  const text = bytes.toString("latin1");
  if (length < 126) return String.fromCharCode(first, length) + text;
  return String.fromCharCode(first, 126, length >>> 8, length & 0xff) + text;
}

/** The header of an unmasked frame. @param first see `firstByte` */
export function frameHeader(first: number, length: number): Buffer {
  const header = Buffer.allocUnsafe(headerBytes(length));
  writeHeader(header, first, length, 0);
  return header;
}

/**
 * A masked frame in one buffer; the payload is not changed.
 *
 * @param key masking key as a little-endian integer, fresh and unpredictable for each frame (RFC 6455 §5.3)
 */
export function maskedFrame(first: number, payload: Uint8Array, key: number): Buffer {
  const header = headerBytes(payload.length) + 4;
  const frame = Buffer.allocUnsafe(header + payload.length);
  writeHeader(frame, first, payload.length, MASK);
  frame.writeInt32LE(key | 0, header - 4);
  frame.set(payload, header);
  applyMask(frame, header, frame.length, key, 0);
  return frame;
}

/** A final, masked text frame in one buffer. */
export function maskedTextFrame(text: string, key: number): Buffer {
  const length = Buffer.byteLength(text);
  const header = headerBytes(length) + 4;
  const frame = Buffer.allocUnsafe(header + length);
  writeHeader(frame, firstByte(Opcode.Text, true, false), length, MASK);
  frame.writeInt32LE(key | 0, header - 4);
  frame.write(text, header, "utf8");
  applyMask(frame, header, frame.length, key, 0);
  return frame;
}

function headerBytes(length: number): number {
  return length < 126 ? 2 : length <= 0xffff ? 4 : 10;
}

function writeHeader(target: Buffer, first: number, length: number, mask: number): void {
  target[0] = first;
  if (length < 126) {
    target[1] = mask | length;
  } else if (length <= 0xffff) {
    target[1] = mask | 126;
    target.writeUInt16BE(length, 2);
  } else {
    target[1] = mask | 127;
    target.writeUInt32BE(Math.floor(length / 0x1_0000_0000), 2);
    target.writeUInt32BE(length >>> 0, 6);
  }
}

function isAscii(text: string): boolean {
  const { length } = text;
  if (length > 64) return Buffer.byteLength(text) === length;
  let seen = 0;
  for (let at = 0; at < length; at++) seen |= text.charCodeAt(at);
  return seen < 0x80;
}

const SHORT_TEXT_HEADERS: readonly string[] = Array.from(
  { length: 126 },
  (_, length) => `\x81${String.fromCharCode(length)}`,
);

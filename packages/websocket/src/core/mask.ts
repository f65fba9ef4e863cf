/** Below this many bytes the byte loop is faster than setting up a view of words (measured on Node 20). */
const WORD_LOOP_BYTES = 256;
const HIGH_BITS = 0x80808080 | 0;
const IS_LITTLE_ENDIAN: boolean = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/**
 * XORs bytes in place with a masking key (RFC 6455 §5.3) and proves on the way whether they are ASCII.
 *
 * @param key masking key as a little-endian integer: its lowest byte belongs to the first payload byte; 0 changes nothing
 * @param phase payload bytes of the frame before `start`
 * @returns true when every resulting byte is below 0x80
 */
export function applyMask(data: Uint8Array, start: number, end: number, key: number, phase: number): boolean {
  const shift = (phase & 3) << 3;
  const turned = shift === 0 ? key : (key >>> shift) | (key << (32 - shift));
  if (end - start < WORD_LOOP_BYTES || !IS_LITTLE_ENDIAN) return maskBytes(data, start, end, turned) < 0x80;
  return maskWords(data, start, end, turned);
}

/** @returns all resulting bytes, ORed. */
function maskBytes(data: Uint8Array, start: number, end: number, key: number): number {
  const key0 = key & 0xff;
  const key1 = (key >>> 8) & 0xff;
  const key2 = (key >>> 16) & 0xff;
  const key3 = key >>> 24;
  let seen = 0;
  let at = start;
  for (; at + 3 < end; at += 4) {
    seen |= data[at]! ^= key0;
    seen |= data[at + 1]! ^= key1;
    seen |= data[at + 2]! ^= key2;
    seen |= data[at + 3]! ^= key3;
  }
  if (at < end) seen |= data[at]! ^= key0;
  if (at + 1 < end) seen |= data[at + 1]! ^= key1;
  if (at + 2 < end) seen |= data[at + 2]! ^= key2;
  return seen;
}

function maskWords(data: Uint8Array, start: number, end: number, key: number): boolean {
  const aligned = start + (-(data.byteOffset + start) & 3);
  let seen = maskBytes(data, start, aligned, key);
  const shift = ((aligned - start) & 3) << 3;
  const turned = shift === 0 ? key : (key >>> shift) | (key << (32 - shift));

  const count = (end - aligned) >>> 2;
  const words = new Int32Array(data.buffer, data.byteOffset + aligned, count);
  let seenWords = 0;
  let at = 0;
  for (; at + 3 < count; at += 4) {
    seenWords |= words[at]! ^= turned;
    seenWords |= words[at + 1]! ^= turned;
    seenWords |= words[at + 2]! ^= turned;
    seenWords |= words[at + 3]! ^= turned;
  }
  for (; at < count; at++) seenWords |= words[at]! ^= turned;

  seen |= maskBytes(data, aligned + count * 4, end, turned);
  return seen < 0x80 && (seenWords & HIGH_BITS) === 0;
}

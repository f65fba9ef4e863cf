/** Up to this many bytes decoding here beats checking and decoding by the platform, on Node 20 two to three times. */
export const SHORT_TEXT_BYTES = 192;

/** UTF-16 code units of one short text, little-endian, and the same memory as bytes. */
const scratch: Buffer = Buffer.alloc(SHORT_TEXT_BYTES * 2);

/**
 * Checks and decodes short UTF-8 text in one pass (RFC 3629 §4).
 *
 * @param end at most `start + SHORT_TEXT_BYTES`
 * @returns null when the bytes are not UTF-8
 */
export function decodeShortUtf8(data: Uint8Array, start: number, end: number): string | null {
  let at = start;
  let size = 0;
  while (at < end) {
    const lead = data[at]!;
    if (lead < 0x80) {
      scratch[size] = lead;
      scratch[size + 1] = 0;
      size += 2;
      at++;
      continue;
    }
    const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    const point = at + length > end ? INVALID : codePoint(data, at, length);
    if (point === INVALID) return null;
    at += length;
    size = point < 0x10000 ? putUnit(size, point) : putPair(size, point - 0x10000);
  }
  return scratch.toString("utf16le", 0, size);
}

const INVALID = -1;

/** The code point of a sequence of two to four bytes: shortest form only, no surrogates, at most U+10FFFF. */
function codePoint(data: Uint8Array, at: number, length: number): number {
  const lead = data[at]!;
  const second = data[at + 1]! ^ 0x80;
  if (second > 0x3f) return INVALID;
  if (length === 2) return lead < 0xc2 ? INVALID : ((lead & 0x1f) << 6) | second;
  const third = data[at + 2]! ^ 0x80;
  if (third > 0x3f) return INVALID;
  if (length === 3) {
    const point = ((lead & 0x0f) << 12) | (second << 6) | third;
    return point < 0x800 || (point & 0xf800) === 0xd800 ? INVALID : point;
  }
  const fourth = data[at + 3]! ^ 0x80;
  const point = ((lead & 0x0f) << 18) | (second << 12) | (third << 6) | fourth;
  return fourth > 0x3f || point < 0x10000 || point > 0x10ffff ? INVALID : point;
}

function putUnit(size: number, unit: number): number {
  scratch[size] = unit & 0xff;
  scratch[size + 1] = unit >>> 8;
  return size + 2;
}

/** A surrogate pair. */
function putPair(size: number, rest: number): number {
  return putUnit(putUnit(size, 0xd800 | (rest >>> 10)), 0xdc00 | (rest & 0x3ff));
}

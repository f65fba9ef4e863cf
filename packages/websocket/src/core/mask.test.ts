import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyMask, applyMaskToText } from "./mask.js";

/** RFC 6455 §5.3, byte by byte. */
function reference(data: Uint8Array, key: Uint8Array, phase: number): number[] {
  return Array.from(data, (byte, index) => byte ^ (key[(index + phase) % 4] ?? 0));
}

describe("RFC 6455 §5.3, masking", () => {
  it.each([0, 1, 2, 3, 4, 5, 63, 64, 255, 256, 257, 258, 259, 260, 261, 262, 263, 264, 1023, 4097])(
    "masks %i bytes at any alignment",
    (length) => {
      const key = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);
      for (let start = 0; start < 8; start++) {
        for (let phase = 0; phase < 4; phase++) {
          const data = Buffer.alloc(start + length + 3, 0x41);
          const expected = reference(data.subarray(start, start + length), key, phase);
          applyMask(data, start, start + length, key.readInt32LE(0), phase);
          expect([...data.subarray(start, start + length)]).toEqual(expected);
          expect([...data.subarray(0, start)]).toEqual(Array(start).fill(0x41));
          expect([...data.subarray(start + length)]).toEqual([0x41, 0x41, 0x41]);
          applyMaskToText(data, start, start + length, key.readInt32LE(0), phase);
          expect(data.equals(Buffer.alloc(start + length + 3, 0x41))).toBe(true);
        }
      }
    },
  );

  it("is its own inverse, also in pieces", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.integer(), fc.nat(600), (bytes, key, cut) => {
        const data = Buffer.from(bytes);
        const middle = Math.min(cut, data.length);
        applyMask(data, 0, data.length, key, 0);
        applyMask(data, 0, middle, key, 0);
        applyMask(data, middle, data.length, key, middle);
        expect(data.equals(bytes)).toBe(true);
      }),
    );
  });

  it("tells ASCII from the rest, wherever the byte is", () => {
    for (const length of [1, 7, 255, 256, 263]) {
      expect(applyMaskToText(Buffer.alloc(length, 0x7f), 0, length, 0, 0)).toBe(true);
      for (let at = 0; at < length; at++) {
        const data = Buffer.alloc(length, 0x7f);
        data[at] = 0x80;
        expect(applyMaskToText(data, 0, length, 0, 0)).toBe(false);
      }
    }
  });
});

import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Utf8Validator } from "./utf8.js";

function validate(...pieces: readonly Uint8Array[]): boolean {
  const validator = new Utf8Validator();
  return pieces.every((piece) => validator.push(piece, 0, piece.length)) && validator.isComplete;
}

describe("RFC 6455 §8.1, UTF-8 in pieces", () => {
  it("agrees with the platform on all sequences of two bytes, and three and four at the edges", () => {
    const edges = [
      0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xec, 0xed, 0xef, 0xf0, 0xf3, 0xf4,
      0xf5, 0xff,
    ];
    for (let first = 0; first < 256; first++) {
      for (let second = 0; second < 256; second++) {
        const pair = Uint8Array.of(first, second);
        expect(validate(pair)).toBe(isUtf8(pair));
      }
    }
    for (const a of edges)
      for (const b of edges)
        for (const c of edges)
          for (const d of edges) {
            const bytes = Uint8Array.of(a, b, c, d);
            if (validate(bytes) !== isUtf8(bytes)) expect.unreachable(`${a} ${b} ${c} ${d}`);
          }
  });

  it("judges text the same however it is cut", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: "binary", maxLength: 300 }).map((text) => Buffer.from(text)),
          fc.uint8Array({ maxLength: 200 }),
        ),
        fc.array(fc.nat(300), { maxLength: 5 }),
        (bytes, cuts) => {
          const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
          const pieces = at.slice(1).map((end, index) => bytes.subarray(at[index], end));
          expect(validate(...pieces)).toBe(isUtf8(bytes));
        },
      ),
    );
  });

  it.each([
    ["a surrogate", [0xed, 0xa0]],
    ["an overlong form", [0xe0, 0x80]],
    ["beyond U+10FFFF", [0xf4, 0x90]],
    ["an overlong form of four bytes", [0xf0, 0x8f]],
    ["a lead byte that is none", [0xc1]],
    ["a continuation byte alone", [0x80]],
    ["a lead byte inside a sequence", [0xe4, 0xe4]],
  ])("fails at the byte that makes %s", (_title, bytes) => {
    const validator = new Utf8Validator();
    const last = bytes.length - 1;
    expect(validator.push(Uint8Array.from(bytes), 0, last)).toBe(true);
    expect(validator.push(Uint8Array.from(bytes), last, bytes.length)).toBe(false);
  });

  it.each([1, 2, 3])("finds a code point cut %i bytes before the end of a long piece", (missing) => {
    const text = Buffer.from(`${"é".repeat(50)}😀`);
    const validator = new Utf8Validator();
    expect(validator.push(text, 0, text.length - missing)).toBe(true);
    expect(validator.isComplete).toBe(false);
    expect(validator.push(text, text.length - missing, text.length)).toBe(true);
    expect(validator.isComplete).toBe(true);
  });

  it("refuses wrong bytes in and behind the bulk of a long piece", () => {
    expect(validate(Buffer.concat([Buffer.alloc(40, 0x41), Buffer.of(0xff), Buffer.alloc(40, 0x41)]))).toBe(false);
    expect(validate(Buffer.concat([Buffer.alloc(80, 0x41), Buffer.of(0x80, 0x80, 0x80, 0x80)]))).toBe(false);
  });
});

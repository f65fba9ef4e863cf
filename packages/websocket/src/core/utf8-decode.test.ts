import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SHORT_TEXT_BYTES, decodeShortUtf8 } from "./utf8-decode.js";

function reference(bytes: Uint8Array): string | null {
  return isUtf8(bytes) ? Buffer.from(bytes).toString() : null;
}

describe("RFC 3629, short text", () => {
  it("decodes what the platform decodes, and refuses what it refuses: all leads, edges behind them", () => {
    const edges = [0x00, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xed, 0xff];
    for (let lead = 0; lead < 256; lead++) {
      for (const b of edges)
        for (const c of edges)
          for (const d of edges) {
            for (let length = 1; length <= 4; length++) {
              const bytes = Uint8Array.of(lead, b, c, d).subarray(0, length);
              if (decodeShortUtf8(bytes, 0, length) !== reference(bytes)) expect.unreachable(`${lead} ${b} ${c} ${d}`);
            }
          }
    }
  });

  it("agrees with the platform on any text and any bytes, within a longer buffer", () => {
    const text = fc.string({ unit: "binary", maxLength: 48 }).map((each) => Buffer.from(each));
    fc.assert(
      fc.property(fc.oneof(text, fc.uint8Array({ maxLength: SHORT_TEXT_BYTES })), (bytes) => {
        const framed = Buffer.concat([Buffer.of(0xff), bytes, Buffer.of(0xbf)]);
        expect(decodeShortUtf8(framed, 1, 1 + bytes.length)).toBe(reference(bytes));
      }),
    );
  });

  it.each(["a", "é", "日", "😀"])("takes as much as it may: %s", (character) => {
    const bytes = Buffer.from(character.repeat(SHORT_TEXT_BYTES)).subarray(0, SHORT_TEXT_BYTES);
    expect(decodeShortUtf8(bytes, 0, bytes.length)).toBe(bytes.toString());
  });
});

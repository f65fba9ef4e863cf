import { constants, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { RawInflater } from "./inflate.js";

type Outcome = string | Buffer;

/** What an inflater makes of a message: its bytes, or the error it fails with. */
function inflate(payload: Buffer): Promise<Outcome> {
  const inflater = new RawInflater({ windowBits: 15, contextTakeover: false });
  return new Promise((resolve) =>
    inflater.inflate(payload, 0, (error, data) => {
      inflater.dispose();
      resolve(data ?? error?.message ?? "");
    }),
  );
}

const FINAL: Buffer = deflateRawSync(Buffer.from("Hello"));
/** What stands behind a message when it is inflated begins with these bytes: a stored block of 8. */
const TAIL_HEADER = Buffer.from("0800f7ff", "hex");

/** A stored block. @param missing bytes cut off at its end */
function stored(data: Buffer, { isFinal = false, missing = 0 } = {}): Buffer {
  const header = Buffer.from([isFinal ? 1 : 0, 0, 0, 0, 0]);
  header.writeUInt16LE(data.length, 1);
  header.writeUInt16LE(~data.length & 0xffff, 3);
  return Buffer.concat([header, data.subarray(0, data.length - missing)]);
}

const reversed = (bits: string): string => bits.split("").toReversed().join("");

/** Bits to bytes, as RFC 1951 §3.1.1 packs them. */
function packed(bits: string): Buffer {
  const bytes = bits.match(/.{1,8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(reversed(byte), 2)));
}

/** A number of `width` bits, lowest bit first, as all but Huffman codes are packed. */
const number = (value: number, width: number): string => reversed(value.toString(2).padStart(width, "0"));

/**
 * A dynamic block cut in its codes, whose codes turn 16 zeros and 16 ones, the `00 00 ff ff` a sender cuts off, into letters and the end
 * of the block: a is 00, b 01, c 10, d 110 and so on up to the end-of-block code of 15 ones.
 */
function swallowingFlushMarker(): Buffer {
  const lengths = Array.from({ length: 257 }, () => 0);
  [2, 2, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].forEach((length, at) => (lengths[97 + at] = length));
  lengths[256] = 15;
  // The codes of lengths 0 to 15 have four bits each: the number itself, highest bit first.
  const codeLengths = [0, 0, 0, ...Array.from({ length: 16 }, () => 4)].map((length) => number(length, 3));
  const header = [number(0, 1), number(2, 2), number(0, 5), number(0, 5), number(15, 4), ...codeLengths];
  const table = [...lengths, 1].map((length) => length.toString(2).padStart(4, "0"));
  const symbols = ["110", "00", "0"]; // d, a and half of a letter
  return packed([...header, ...table, ...symbols].join(""));
}

describe("the end of a compressed message", () => {
  it("is not what zlib makes of the bytes behind it", async () => {
    expect(await inflate(swallowingFlushMarker())).toEqual(expect.any(String)); // which error, depends on them
  });

  it.each(Array.from({ length: 20 }, (_, missing) => missing + 1))(
    "lacks %i bytes of a stored block",
    async (missing) => {
      const data = Buffer.concat([Buffer.alloc(40, "x"), TAIL_HEADER]);
      for (const isFinal of [false, true]) {
        const block = stored(data, { isFinal, missing });
        expect(await inflate(block)).toEqual(expect.any(String));
        expect(await inflate(Buffer.concat([FINAL, block]))).toEqual(expect.any(String));
      }
    },
  );

  it.each([
    ["short", 100],
    ["long", 40_000],
  ])("may look like the bytes that are put behind a %s one", async (_, length) => {
    const data = Buffer.concat([Buffer.alloc(length, "x"), TAIL_HEADER]);
    const payload = Buffer.concat([stored(data), Buffer.of(0)]);
    expect(await inflate(payload)).toEqual(data);
    expect(await inflate(Buffer.concat([FINAL, payload]))).toEqual(Buffer.concat([Buffer.from("Hello"), data]));
  });

  it("is found wherever text of many codes is cut", async () => {
    const text = Buffer.from(Array.from({ length: 600 }, (_, at) => 32 + ((at * at * 7 + (at >> 3)) % 90)));
    const payload = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);
    expect(await inflate(payload)).toEqual(text);
    for (let cut = 1; cut < payload.length; cut++)
      expect(await inflate(payload.subarray(0, cut))).toEqual(expect.any(String));
  });
});

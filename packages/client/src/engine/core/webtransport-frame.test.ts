import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFrameDecoder, encodeHeader } from "./webtransport-frame.js";

function decode(chunks: readonly Uint8Array[], maxBytes = 1e6): { frames: [string, boolean][]; faults: number[] } {
  const frames: [string, boolean][] = [];
  const faults: number[] = [];
  const takeChunk = createFrameDecoder(
    {
      onFrame: (payload, isBinary) => frames.push([Buffer.from(payload).toString("latin1"), isBinary]),
      onFault: (length) => faults.push(length),
    },
    maxBytes,
  );
  for (const chunk of chunks) takeChunk(chunk);
  return { frames, faults };
}
const frame = (length: number, isBinary: boolean): Buffer =>
  Buffer.concat([encodeHeader(length, isBinary), Buffer.alloc(length, "x")]);

describe("Engine.IO v4, WebTransport framing", () => {
  it.each([
    [1, false, "01"],
    [125, false, "7d"],
    [126, false, "7e007e"],
    [126, true, "fe007e"],
    [65_535, false, "7effff"],
    [65_536, true, "ff0000000000010000"],
    [2 ** 40, false, "7f0000010000000000"],
  ])("header of %i bytes, binary %s", (length, isBinary, hex) => {
    expect(Buffer.from(encodeHeader(length, isBinary)).toString("hex")).toBe(hex);
  });

  it.each([1, 125, 126, 65_535, 65_536])("%i bytes there and back, cut at each byte of the header", (length) => {
    const bytes = Buffer.concat([frame(length, true), frame(1, false)]);
    for (let cut = 0; cut <= 10; cut++) {
      expect(decode([bytes.subarray(0, cut), bytes.subarray(cut)]).frames).toEqual([
        ["x".repeat(length), true],
        ["x", false],
      ]);
    }
  });

  it("chunks never change the frames", () => {
    const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.boolean()), { maxLength: 6 });
    fc.assert(
      fc.property(lengths, fc.integer({ min: 1, max: 50 }), (frames, size) => {
        const bytes = Buffer.concat(frames.map(([length, isBinary]) => frame(length, isBinary)));
        const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_unused, i) =>
          bytes.subarray(i * size, (i + 1) * size),
        );
        expect(decode(chunks).frames).toEqual(frames.map(([length, isBinary]) => ["x".repeat(length), isBinary]));
      }),
    );
  });

  it.each([
    ["a length of 0", Buffer.from([0]), 0],
    ["a length above the limit", frame(101, false), 101],
    ["a length of 2^64 - 1", Buffer.from("7fffffffffffffffff", "hex"), 2 ** 64],
  ])("%s is a fault, and nothing follows", (_title, bytes, length) => {
    const { frames, faults } = decode([frame(100, false), bytes, frame(1, false)], 100);
    expect(frames).toEqual([["x".repeat(100), false]]);
    expect(faults).toEqual([length]);
  });
});

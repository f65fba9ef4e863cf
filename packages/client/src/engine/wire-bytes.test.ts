import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { textBytes, wireBytes } from "./wire-bytes.js";

describe("wireBytes", () => {
  it("counts text as Buffer does, lone surrogates included", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        expect(wireBytes(text)).toBe(1 + Buffer.byteLength(text));
        expect(textBytes(text)).toBe(wireBytes(text));
      }),
    );
  });

  it.each([0, 1, 2, 3, 4, 100])("counts %i bytes raw and as base64", (length) => {
    const bytes = Buffer.alloc(length);
    expect(wireBytes(bytes)).toBe(length);
    expect(wireBytes(new Blob([bytes]))).toBe(length);
    expect(textBytes(bytes)).toBe(`b${bytes.toString("base64")}`.length);
  });

  it.each([5, 0.25, true, null, undefined])("takes %s, which types exclude, for its text", (data) => {
    expect(wireBytes(data as unknown as string)).toBe(1 + String(data ?? "").length);
  });
});

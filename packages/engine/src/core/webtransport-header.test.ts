import { describe, expect, it } from "vitest";
import { webTransportHeader } from "./webtransport-header.js";

describe("Engine.IO v4, frames over WebTransport", () => {
  it.each([
    [1, "text", [1]],
    [125, "binary", [0x80 | 125]],
    [126, "text", [126, 0, 126]],
    [65_535, "binary", [0x80 | 126, 255, 255]],
    [65_536, "text", [127, 0, 0, 0, 0, 0, 1, 0, 0]],
    [2 ** 40 + 3, "binary", [0x80 | 127, 0, 0, 1, 0, 0, 0, 0, 3]],
  ] as const)("header of %i bytes of %s", (length, kind, header) => {
    expect([...webTransportHeader(length, kind)]).toEqual(header);
  });
});

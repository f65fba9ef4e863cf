import { describe, expect, it } from "vitest";
import { OffsetFormat } from "./offset.js";

const offsets = new OffsetFormat("log");

describe("OffsetFormat", () => {
  it.each([1, 35, 36, 1_000_000, Number.MAX_SAFE_INTEGER])("reads what it has made: %d", (sequence) => {
    const claim = offsets.parse(offsets.format(sequence), Number.MAX_SAFE_INTEGER);
    expect(claim).toEqual({ tag: "packet", sequence });
  });

  it("takes a client without an offset for one that has received nothing", () => {
    expect(offsets.parse(undefined, 10)).toEqual({ tag: "start" });
  });

  it.each([
    ["another log", "gol.1"],
    ["an event's last argument", "hello"],
    ["nothing", ""],
    ["no sequence", "log."],
    ["zero", "log.0"],
    ["a leading zero", "log.01"],
    ["a sign", "log.-1"],
    ["upper case", "log.A"],
    ["something behind", "log.1 "],
    ["the future", "log.b"],
    ["far too many digits", `log.${"z".repeat(40)}`],
  ])("does not know %s", (_title, offset) => {
    expect(offsets.parse(offset, 10)).toEqual({ tag: "unknown" });
  });

  it("knows the newest packet", () => {
    expect(offsets.parse("log.a", 10)).toEqual({ tag: "packet", sequence: 10 });
  });
});

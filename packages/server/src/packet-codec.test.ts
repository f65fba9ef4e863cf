import { Decoder, Encoder } from "socket.io-parser";
import { describe, expect, it } from "vitest";
import { decodeMessage, PacketEncoder } from "./packet-codec.js";
import { readLimits } from "./limits.js";

const LIMITS = readLimits({});

function reference(text: string): unknown {
  const decoder = new Decoder();
  let packet: unknown;
  decoder.on("decoded", (decoded) => (packet = decoded));
  try {
    decoder.add(text);
  } catch (error) {
    return (error as Error).message;
  }
  return packet;
}

function ours(text: string): unknown {
  try {
    return decodeMessage(text, LIMITS);
  } catch (error) {
    return (error as Error).message;
  }
}

describe("the default codec beside socket.io-parser", () => {
  it.each([
    "0",
    "1",
    "4",
    "0/",
    "0/a",
    "0/a,",
    "1/a,",
    "1/a",
    "0/a?b=c,",
    "0{}",
    '0{"token":1}',
    '0/a,{"pid":"x"}',
    '0/a,{"b":"c,"}',
    "0[]",
    '0"a"',
    "0{",
    "0/a,,",
    "1{}",
    "1/a,1",
    '4/a,{"message":"x"}',
    '4"x"',
    "4[]",
    "7",
    "9",
    "a",
    "-1",
  ])("decodes %s alike", (text) => {
    expect(ours(text)).toEqual(reference(text));
  });

  it.each([
    { type: 0, nsp: "/" },
    { type: 0, nsp: "/a", data: { sid: "x" } },
    { type: 1, nsp: "/" },
    { type: 1, nsp: "/a" },
    { type: 4, nsp: "/a", data: { message: "x", data: undefined } },
    { type: 4, nsp: "/", data: "x" },
    { type: 2, nsp: "/", data: ["a", new ArrayBuffer(2)], id: 0 },
    { type: 3, nsp: "/a", data: [], id: 3 },
  ])("encodes %j alike", (packet) => {
    expect(new PacketEncoder().encode(packet)).toEqual(new Encoder().encode(packet));
  });

  it("takes no blank for a digit", () => {
    expect(ours(" ")).toBe("unknown packet type NaN");
    expect(ours("")).toBe("unknown packet type NaN");
  });
});

describe("decoding of CONNECT", () => {
  const limits = readLimits({ maxNestingDepth: 3 });

  it.each(['0{"a":[[]]}', '0/n,{"a":[[]]}', '0/[[[[,{"a":1}', "0", "0/n", '0{"a":"[[[["}'])("takes %s", (text) => {
    expect(decodeMessage(text, limits)).toMatchObject({ type: 0 });
  });

  it.each(['0{"a":[[[]]]}', '0/n,{"a":[[[]]]}', '0/",{"a":[[[]]]}'])("refuses the depth of %s", (text) => {
    expect(() => decodeMessage(text, limits)).toThrow("payload nests deeper than 3");
  });
});

import * as parser from "engine.io-parser";
import * as parserV3 from "engine.io-parser-v3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { codecV4 } from "./codec.js";
import { codecV3 } from "./codec-v3.js";
import { type EnginePacket, type PacketType, packetBytes } from "./packet.js";

const types: PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const text = fc.oneof(fc.string(), fc.string({ unit: "binary" }));
const bytes = fc.uint8Array({ maxLength: 300 });
const packet: fc.Arbitrary<EnginePacket> = fc.oneof(
  fc.record({
    type: fc.constantFrom(...types),
    data: fc.option(text, { nil: undefined }),
  }) as fc.Arbitrary<EnginePacket>,
  bytes.map((data) => ({ type: "message" as const, data: Buffer.from(data) })),
  bytes.map((data) => ({ type: "message" as const, data: data.slice().buffer })),
  fc.constantFrom({ type: "message" as const, data: null }, { type: "message" as const, data: 5 }),
);

function encodedByNpm(each: EnginePacket, supportsBinary: boolean): unknown {
  let result: unknown;
  parser.encodePacket(each, supportsBinary, (encoded) => (result = encoded));
  return ArrayBuffer.isView(result) || result instanceof ArrayBuffer ? Buffer.from(result as Buffer) : result;
}

describe("codec of revision 4", () => {
  it("encodes as the npm codec does", () => {
    fc.assert(
      fc.property(packet, fc.boolean(), (each, supportsBinary) => {
        expect(codecV4.encodePacket(each, supportsBinary)).toEqual(encodedByNpm(each, supportsBinary));
      }),
    );
  });

  it("encodes payloads as the npm codec does", () => {
    fc.assert(
      fc.property(fc.array(packet, { minLength: 1, maxLength: 5 }), (packets) => {
        let expected: unknown;
        parser.encodePayload(packets, (encoded) => (expected = encoded));
        expect(codecV4.encodePayload(packets, true)).toBe(expected);
      }),
    );
  });

  it.each([
    ["", "error"],
    ["abc", "error"],
    ["4hello", "message"],
    ["2probe", "ping"],
    ["9", "error"],
    ["\x1e", "error"],
  ])("decodes %j", (data, type) => {
    expect(codecV4.decodePacket(data).type).toBe(type);
  });

  it("stops at the first packet that cannot be decoded", () => {
    const packets = codecV4.decodePayload("4a\x1ex\x1e4b", 10);
    expect(packets.map((each) => each.type)).toEqual(["message", "error"]);
  });

  it.each([
    [3, ["message", "message", "message"]],
    [2, ["error"]],
  ])("accepts %i packets of three", (limit, expected) => {
    expect(codecV4.decodePayload("4a\x1e4b\x1e4c", limit).map((each) => each.type)).toEqual(expected);
  });

  it("survives garbage", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          bytes.map((b) => Buffer.from(b)),
        ),
        (data) => void codecV4.decodePayload(data, 100),
      ),
    );
  });
});

describe("codec of revision 3", () => {
  it.each([[9, 1, 2], [0xff], []])("takes binary of the unknown type in %j for malformed", (...bytes) => {
    expect(codecV3.decodePacket(Buffer.from(bytes)).type).toBe("error");
  });

  it.each([
    ["6:4hello", ["message"]],
    ["6:4test16:4test2", ["message", "message"]],
    ["10:b4AQIDBA==", ["message"]],
    ["abc", ["error"]],
    ["99:4a", ["error"]],
    ["1:", ["error"]],
    ["", ["error"]],
  ])("decodes %j", (payload, expected) => {
    expect(codecV3.decodePayload(payload, 10).map((each) => each.type)).toEqual(expected);
  });

  it("limits the packets of a payload", () => {
    expect(codecV3.decodePayload("2:4a2:4b2:4c", 2).map((each) => each.type)).toEqual(["message", "message", "error"]);
  });

  it("carries binary in a payload", () => {
    const payload = codecV3.encodePayload([{ type: "message", data: Buffer.from([1, 2, 3]) }], true);
    expect(Buffer.isBuffer(payload)).toBe(true);
    expect(codecV3.decodePayload(payload, 10)).toEqual([{ type: "message", data: Buffer.from([1, 2, 3]) }]);
    expect(codecV3.encodePayload([{ type: "message", data: Buffer.from([1, 2, 3]) }], false)).toBe("6:b4AQID");
  });

  it("gives back what it encoded", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 5 }), (texts) => {
        const payload = codecV3.encodePayload(
          texts.map((data) => ({ type: "message", data })),
          true,
        );
        expect(codecV3.decodePayload(payload, 10).map((each) => each.data ?? "")).toEqual(texts);
        expect(
          parserV3.decodePacket(codecV3.encodePacket({ type: "message", data: texts[0] }, true), "nodebuffer", false)
            .data ?? "",
        ).toBe(texts[0]);
      }),
    );
  });
});

describe("packet sizes", () => {
  it.each([
    [{ type: "message", data: "é" }, 3],
    [{ type: "message", data: Buffer.alloc(5) }, 5],
    [{ type: "message", data: new ArrayBuffer(7) }, 7],
    [{ type: "message", data: 12 }, 3],
    [{ type: "message", data: null }, 1],
    [{ type: "ping" }, 1],
  ] as const)("%o", (each, expected) => {
    expect(packetBytes(each as EnginePacket)).toBe(expected);
  });
});

import { describe, expect, it } from "vitest";
import {
  firstByte,
  frame,
  frameHeader,
  frameString,
  maskedFrame,
  maskedTextFrame,
  textFrame,
  textFrameString,
} from "./frame-encoder.js";
import { Opcode } from "./opcode.js";

const TEXT = firstByte(Opcode.Text, true, false);

describe("RFC 6455 §5.2, headers", () => {
  it.each([
    [0, [0x81, 0]],
    [125, [0x81, 125]],
    [126, [0x81, 126, 0, 126]],
    [0xffff, [0x81, 126, 0xff, 0xff]],
    [0x10000, [0x81, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
    [2 ** 53 - 1, [0x81, 127, 0, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])("has the shortest form for %i bytes", (length, header) => {
    expect([...frameHeader(TEXT, length)]).toEqual(header);
  });

  it.each([
    [Opcode.Text, true, false, 0x81],
    [Opcode.Binary, false, true, 0x42],
    [Opcode.Continuation, true, false, 0x80],
  ])("sets FIN and RSV1: opcode %i, %s, %s", (opcode, fin, rsv1, byte) => {
    expect(firstByte(opcode, fin, rsv1)).toBe(byte);
  });
});

describe("text frames", () => {
  it.each([0, 1, 64, 65, 125, 126, 16_384])("are strings for %i ASCII characters", (length) => {
    const text = "a".repeat(length);
    const expected = Buffer.concat([frameHeader(TEXT, length), Buffer.from(text)]);
    expect(Buffer.from(textFrameString(text) ?? "", "latin1").equals(expected)).toBe(true);
    expect(textFrame(text).equals(expected)).toBe(true);
  });

  it.each(["é", "\x80", "a".repeat(200) + "é", "日本", "a".repeat(16_385)])("are not strings for others", (text) => {
    expect(textFrameString(text)).toBeNull();
    const length = Buffer.byteLength(text);
    expect(textFrame(text).equals(Buffer.concat([frameHeader(TEXT, length), Buffer.from(text)]))).toBe(true);
  });
});

describe("frames of bytes", () => {
  it.each([0, 1, 125, 126, 255, 256, 4096])("are strings for %i bytes, one character per byte", (length) => {
    const payload = Buffer.from(Array.from({ length }, (_, at) => (at * 7) & 0xff));
    const expected = frame(0xc2, payload);
    expect(Buffer.from(frameString(0xc2, payload) ?? "", "latin1").equals(expected)).toBe(true);
  });

  it("are strings for views of other memory", () => {
    const memory = Uint8Array.of(9, 0x80, 0xff, 0, 9);
    expect(frameString(0x82, memory.subarray(1, 4))).toBe("\x82\x03\x80\xff\x00");
  });

  it("are Buffers above 4 KiB", () => {
    expect(frameString(0x82, Buffer.alloc(4097))).toBeNull();
  });
});

describe("RFC 6455 §5.3, masked frames", () => {
  it("is the RFC's example (§5.7)", () => {
    const key = Buffer.from("37fa213d", "hex").readInt32LE(0);
    expect(maskedFrame(TEXT, Buffer.from("Hello"), key).toString("hex")).toBe("818537fa213d7f9f4d5158");
    expect(maskedTextFrame("Hello", key).toString("hex")).toBe("818537fa213d7f9f4d5158");
  });

  it.each([0, 125, 126, 70_000])("masks %i bytes, and leaves the caller's alone", (length) => {
    const payload = Buffer.alloc(length, 0x61);
    const made = maskedFrame(TEXT, payload, -1);
    const header = frameHeader(TEXT, length);
    header.writeUInt8(header.readUInt8(1) | 0x80, 1);
    expect(made.subarray(0, header.length)).toEqual(header);
    expect(made.subarray(header.length + 4).every((byte) => byte === (0x61 ^ 0xff))).toBe(true);
    expect(payload.every((byte) => byte === 0x61)).toBe(true);
    expect(maskedTextFrame(payload.toString(), -1).equals(made)).toBe(true);
  });

  it("frames a payload in one buffer", () => {
    expect(frame(TEXT, Buffer.from("Hello")).toString("latin1")).toBe("\x81\x05Hello");
  });
});

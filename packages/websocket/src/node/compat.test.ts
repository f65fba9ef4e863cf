import { describe, expect, it } from "vitest";
import { firstByte, frame, maskedFrame } from "../core/frame-encoder.js";
import { PerMessageDeflate, extension, subprotocol } from "./header-compat.js";
import { Receiver } from "./receiver-compat.js";
import { Sender } from "./sender-compat.js";

describe("Sender.frame", () => {
  it("makes header and payload", () => {
    const data = Buffer.from("hello");
    expect(Sender.frame(data, { opcode: 1 })).toEqual([Buffer.of(0x81, 5), data]);
    expect(Sender.frame("héllo", { opcode: 2, fin: false, rsv1: true })).toEqual([
      Buffer.of(0x42, 6),
      Buffer.from("héllo"),
    ]);
  });

  it("masks, in place unless the data is to be left alone", () => {
    const key = Buffer.of(1, 2, 3, 4);
    const generateMask = (mask: Buffer): void => void key.copy(mask);
    const data = Buffer.from("hello");
    const whole = maskedFrame(0x81, data, key.readInt32LE(0));
    const [header, payload] = Sender.frame(data, { opcode: 1, mask: true, readOnly: true, generateMask });
    expect(Buffer.concat([header, payload]).equals(whole)).toBe(true);
    expect(data.toString()).toBe("hello");
    const maskBuffer = Buffer.alloc(4);
    Sender.frame(data, { opcode: 1, mask: true, generateMask, maskBuffer });
    expect(data.equals(payload)).toBe(true);
    expect(maskBuffer.equals(key)).toBe(true);
    expect(Sender.frame("x", { opcode: 1, mask: true })[0]).toHaveLength(6);
  });
});

describe("Receiver", () => {
  function received(options: ConstructorParameters<typeof Receiver>[0], ...chunks: Buffer[]): unknown[] {
    const seen: unknown[] = [];
    const receiver = new Receiver(options);
    for (const event of ["message", "ping", "pong", "conclude"]) {
      receiver.on(event, (...args: unknown[]) => seen.push([event, ...args]));
    }
    for (const chunk of chunks) receiver.write(chunk);
    return seen;
  }

  it("emits what was written", () => {
    const chunks = [
      frame(0x81, Buffer.from("text")),
      frame(0x82, Buffer.from("bytes")),
      frame(0x89, Buffer.from("1")),
      frame(0x8a, Buffer.from("2")),
      frame(0x88, Buffer.from("\x03\xe8bye", "latin1")),
    ];
    expect(received({}, ...chunks)).toEqual([
      ["message", Buffer.from("text"), false],
      ["message", Buffer.from("bytes"), true],
      ["ping", Buffer.from("1")],
      ["pong", Buffer.from("2")],
      ["conclude", 1000, Buffer.from("bye")],
    ]);
  });

  it("is a server's, and emits errors", async () => {
    expect(received({ isServer: true }, maskedFrame(0x82, Buffer.from("x"), 7))).toEqual([
      ["message", Buffer.from("x"), true],
    ]);
    const receiver = new Receiver({ maxPayload: 1 });
    const error = new Promise((resolve) => receiver.on("error", resolve));
    receiver.write(frame(firstByte(1, true, false), Buffer.from("xx")));
    expect(await error).toMatchObject({ code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" });
  });
});

describe("headers", () => {
  it("are read and written as ws does", () => {
    const header = "permessage-deflate; client_max_window_bits; server_max_window_bits=10, x; a=1; a=2, x";
    const offers = extension.parse(header);
    expect(offers).toEqual({
      "permessage-deflate": [{ client_max_window_bits: [true], server_max_window_bits: ["10"] }],
      x: [{ a: ["1", "2"] }, {}],
    });
    expect(extension.format(offers)).toBe(header);
    expect(extension.format({ [PerMessageDeflate.extensionName]: { a: true } })).toBe("permessage-deflate; a");
    expect(subprotocol.parse("a, b")).toEqual(new Set(["a", "b"]));
  });

  it("are refused when malformed; names of prototypes are harmless", () => {
    expect(() => extension.parse("a;;")).toThrow(SyntaxError);
    expect(() => subprotocol.parse("a, a")).toThrow(SyntaxError);
    expect(Object.keys(extension.parse("__proto__, constructor; toString=1"))).toEqual(["__proto__", "constructor"]);
  });
});

import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { firstByte, frame, maskedFrame } from "../core/frame-encoder.js";
import { extension, subprotocol } from "./header-compat.js";
import { PerMessageDeflate } from "./permessage-deflate-compat.js";
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

describe("Sender", () => {
  it("sends a Blob, and what comes after it behind it", async () => {
    const socket = new PassThrough();
    const sender = new Sender(socket);
    await new Promise((resolve) => {
      sender.send(new Blob(["blob"]), { binary: true });
      sender.send("text", {}, resolve);
    });
    expect(socket.read()).toEqual(Buffer.from("\x82\x04blob\x81\x04text", "latin1"));
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

/** An accepted permessage-deflate of a server and of its client. */
function deflatePair(options = {}): [server: PerMessageDeflate, client: PerMessageDeflate] {
  const server = new PerMessageDeflate({ ...options, isServer: true });
  const client = new PerMessageDeflate(options);
  const offers = extension.parse(extension.format({ "permessage-deflate": client.offer() }));
  const answer = extension.format({ "permessage-deflate": server.accept(offers["permessage-deflate"] ?? []) });
  client.accept(extension.parse(answer)["permessage-deflate"] ?? []);
  return [server, client];
}

const settled = (run: (done: (error: Error | null, data: Buffer | null) => void) => void): Promise<Buffer> =>
  new Promise((resolve, reject) => run((error, data) => (data === null ? reject(error) : resolve(data))));

describe("PerMessageDeflate", () => {
  it("offers what its options ask for", () => {
    expect(new PerMessageDeflate().offer()).toEqual({ client_max_window_bits: true });
    const options = { serverNoContextTakeover: true, serverMaxWindowBits: 10, clientMaxWindowBits: 11 };
    expect(new PerMessageDeflate(options).offer()).toEqual({
      server_no_context_takeover: true,
      server_max_window_bits: 10,
      client_max_window_bits: 11,
    });
  });

  it("takes an offer and an answer, or throws", () => {
    const server = new PerMessageDeflate({ isServer: true, serverMaxWindowBits: 11 });
    expect(server.accept([{ server_max_window_bits: ["10"] }])).toMatchObject({ server_max_window_bits: 10 });
    expect(server.params).toMatchObject({ server_max_window_bits: 10 });
    expect(() => server.accept([{}, { unknown: [true] }])).toThrow(new Error('Unknown parameter "unknown"'));
    expect(() =>
      new PerMessageDeflate({ isServer: true, serverMaxWindowBits: false }).accept([
        { server_max_window_bits: ["10"] },
      ]),
    ).toThrow(new Error("None of the extension offers can be accepted"));
    const client = new PerMessageDeflate({ clientMaxWindowBits: false });
    expect(client.accept([{}])).toEqual({});
    expect(() => client.accept([{ client_max_window_bits: ["10"] }])).toThrow("client_max_window_bits");
    expect(() => new PerMessageDeflate().compress("x", true, () => {})).toThrow("accept");
  });

  it.each([
    [{}, {}, {}],
    [{}, { client_max_window_bits: [true] }, {}],
    [{}, { server_no_context_takeover: [true] }, { server_no_context_takeover: true }],
    [{ clientNoContextTakeover: true }, {}, { client_no_context_takeover: true }],
  ] as const)("keeps contexts, as ws does, unless it is told: %j asked for %j answers %j", (options, offer, answer) => {
    const server = new PerMessageDeflate({ ...options, isServer: true });
    expect(server.accept([offer])).toEqual(answer);
    server.cleanup();
  });

  it.each([{}, { serverNoContextTakeover: false, clientNoContextTakeover: false }])(
    "compresses whole messages and fragments: %j",
    async (options) => {
      const [server, client] = deflatePair(options);
      for (const text of ["hello hello hello", "hello hello hello", "x".repeat(40_000)]) {
        const half = text.length >> 1;
        const first = await settled((done) => server.compress(text.slice(0, half), false, done));
        const second = await settled((done) => server.compress(Buffer.from(text.slice(half)), true, done));
        const back = [
          await settled((done) => client.decompress(first, false, done)),
          await settled((done) => client.decompress(second, true, done)),
        ];
        expect(Buffer.concat(back).toString()).toBe(text);
      }
      server.cleanup();
      client.cleanup();
    },
  );

  it("fails on what is no DEFLATE data and on too long messages", async () => {
    const [server, client] = deflatePair({ maxPayload: 25 });
    await expect(settled((done) => client.decompress(Buffer.from("something"), true, done))).rejects.toThrow();
    const long = await settled((done) => server.compress("A".repeat(50), true, done));
    await expect(settled((done) => client.decompress(long, true, done))).rejects.toThrow("Max payload size exceeded");
  });
});

describe("Sender and Receiver", () => {
  it.each([false, true])("exchange messages, compressed and fragmented too; masked: %s", async (mask) => {
    const [server, client] = deflatePair({ threshold: 0 });
    const wire = new PassThrough();
    const sender = new Sender(wire, { "permessage-deflate": mask ? client : server });
    const receiver = new Receiver({
      isServer: mask,
      binaryType: "arraybuffer",
      extensions: { "permessage-deflate": mask ? server : client },
    });
    const seen: unknown[] = [];
    for (const event of ["message", "ping", "pong"]) {
      receiver.on(event, (data: Buffer | ArrayBuffer) => seen.push([event, Buffer.from(data as Buffer).toString()]));
    }
    const concluded = new Promise((resolve) => receiver.on("conclude", (code, reason) => resolve([code, reason])));
    sender.send("text", { compress: true, mask });
    sender.send("long ".repeat(10_000), { compress: true, mask });
    sender.send(new Uint8Array([104, 105]).buffer, { mask });
    sender.send("frag", { fin: false, mask });
    sender.ping("1", mask);
    sender.send("ment", { fin: true, mask });
    sender.pong(2, mask);
    await new Promise((resolve) => sender.close(1000, "bye", mask, resolve));
    wire.pipe(receiver);
    expect(await concluded).toEqual([1000, Buffer.from("bye")]);
    expect(seen).toEqual([
      ["message", "text"],
      ["message", "long ".repeat(10_000)],
      ["message", "hi"],
      ["ping", "1"],
      ["message", "fragment"],
      ["pong", "2"],
    ]);
  });

  it("hand on frames that were made before", () => {
    const wire = new PassThrough();
    new Sender(wire).sendFrame(Sender.frame("hi", { opcode: 1 }));
    expect(wire.read()).toEqual(frame(0x81, Buffer.from("hi")));
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
    expect(() => extension.parse("a;;")).toThrow(new SyntaxError("Unexpected character at index 2"));
    expect(() => subprotocol.parse("a, a")).toThrow(new SyntaxError('The "a" subprotocol is duplicated'));
    expect(Object.keys(extension.parse("__proto__, constructor; toString=1"))).toEqual(["__proto__", "constructor"]);
  });
});

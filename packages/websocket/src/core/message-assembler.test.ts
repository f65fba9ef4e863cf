import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WebSocketError } from "./errors.js";
import { firstByte, frame, frameHeader } from "./frame-encoder.js";
import { FrameParser } from "./frame-parser.js";
import { MessageAssembler } from "./message-assembler.js";
import { Opcode } from "./opcode.js";

interface Received {
  readonly messages: (string | Buffer)[];
  readonly compressed: [payload: string, isText: boolean][];
  readonly errors: WebSocketError[];
}

interface Options {
  readonly checksUtf8?: boolean;
  readonly textAs?: "string" | "bytes";
}

const LIMITS = { role: "client", maxPayloadBytes: 0, maxFragments: 0, maxChunks: 0, allowsRsv1: true } as const;

/** A client's parser with an assembler behind it. */
function assembling({ checksUtf8 = true, textAs = "string" }: Options = {}): Received & {
  push(...chunks: readonly Buffer[]): void;
} {
  const received: Received = { messages: [], compressed: [], errors: [] };
  const { messages, compressed, errors } = received;
  const fail = (error: WebSocketError): void => {
    errors.push(error);
    parser.stop();
  };
  const assembler = new MessageAssembler(
    {
      onText: (text) => messages.push(text),
      onTextBytes: (data) => messages.push(data.toString()),
      onBinary: (data) => messages.push(data),
    },
    {
      onCompressed: (payload, isText) => compressed.push([payload.toString("latin1"), isText]),
      onCompressedPart: () => {},
      onMessageError: fail,
    },
    checksUtf8,
  );
  assembler.textAs = textAs;
  const parser: FrameParser = new FrameParser(LIMITS, assembler, {
    onControl: () => {},
    onFrameError: fail,
  });
  return { ...received, push: (...chunks) => chunks.forEach((chunk) => parser.push(chunk)) };
}

function data(opcode: number, payload: string | Uint8Array, { fin = true, rsv1 = false } = {}): Buffer {
  return frame(firstByte(opcode, fin, rsv1), Buffer.from(payload));
}

function byteByByte(bytes: Buffer): Buffer[] {
  return Array.from(bytes, (byte) => Buffer.of(byte));
}

const TEXT = "ascii, then κόσμε, 😀 and the end";

describe("RFC 6455 §5.4, fragmentation", () => {
  it.each(["string", "bytes"] as const)("hands out text as %s, however it is cut", (textAs) => {
    const bytes = Buffer.from(TEXT);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const stream = Buffer.concat([
        data(Opcode.Text, bytes.subarray(0, cut), { fin: false }),
        data(Opcode.Ping, "between"),
        data(Opcode.Continuation, bytes.subarray(cut)),
      ]);
      for (const chunks of [[stream], byteByByte(stream)]) {
        const received = assembling({ textAs });
        received.push(...chunks);
        expect(received.errors).toEqual([]);
        expect(received.messages).toEqual([TEXT]);
      }
    }
  });

  it("joins any number of fragments in one buffer", () => {
    const received = assembling();
    const fragment = data(Opcode.Continuation, "b", { fin: false });
    received.push(data(Opcode.Binary, "a", { fin: false }), Buffer.concat(Array(65_535).fill(fragment)));
    received.push(data(Opcode.Continuation, ""));
    expect(received.messages).toEqual([Buffer.from(`a${"b".repeat(65_535)}`)]);
  });

  it("hands out empty messages", () => {
    const received = assembling();
    received.push(data(Opcode.Text, ""), data(Opcode.Binary, ""));
    received.push(data(Opcode.Text, "", { fin: false }), data(Opcode.Continuation, ""));
    expect(received.messages).toEqual(["", Buffer.alloc(0), ""]);
  });

  it("re-chunking never changes the result", () => {
    const message = fc.record({
      isText: fc.boolean(),
      rsv1: fc.boolean(),
      text: fc.string({ unit: "binary", maxLength: 400 }),
      cuts: fc.array(fc.nat(500), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.nat(3000), { maxLength: 20 }), (messages, cuts) => {
        const stream = Buffer.concat(messages.flatMap((each) => fragments(each)));
        const whole = assembling();
        whole.push(stream);
        const pieces = assembling();
        pieces.push(...pieced(stream, cuts));
        expect(pieces.messages).toEqual(whole.messages);
        expect(pieces.compressed).toEqual(whole.compressed);
        expect(whole.errors).toEqual([]);
        expect(whole.messages.length + whole.compressed.length).toBe(messages.length);
      }),
    );
  });

  it("never throws on garbage", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), fc.array(fc.nat(100), { maxLength: 5 }), (bytes, cuts) => {
        const whole = assembling();
        whole.push(Buffer.from(bytes));
        const pieces = assembling();
        pieces.push(...pieced(Buffer.from(bytes), cuts));
        expect(pieces.messages).toEqual(whole.messages);
        expect(pieces.errors.map(String)).toEqual(whole.errors.map(String));
      }),
    );
  });
});

function fragments(message: { isText: boolean; rsv1: boolean; text: string; cuts: readonly number[] }): Buffer[] {
  const opcode = message.isText ? Opcode.Text : Opcode.Binary;
  const pieces = pieced(Buffer.from(message.text), message.cuts);
  return pieces.map((piece, index) => {
    const rsv1 = message.rsv1 && index === 0;
    return data(index === 0 ? opcode : Opcode.Continuation, piece, { fin: index === pieces.length - 1, rsv1 });
  });
}

function pieced(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

describe("RFC 6455 §8.1, text that is not UTF-8", () => {
  const wrong = Buffer.concat([Buffer.from("κόσμε"), Buffer.of(0xed, 0xa0, 0x80), Buffer.from("edited")]);

  it("fails at the offending byte, inside a frame", () => {
    const received = assembling();
    const stream = data(Opcode.Text, wrong);
    received.push(stream.subarray(0, 2 + 11));
    expect(received.errors).toEqual([]);
    received.push(stream.subarray(2 + 11, 2 + 12));
    expect(received.errors).toMatchObject([
      { code: "WS_ERR_INVALID_UTF8", closeCode: 1007, message: "Invalid WebSocket frame: invalid UTF-8 sequence" },
    ]);
  });

  it("fails at the fragment that holds it", () => {
    const received = assembling();
    received.push(data(Opcode.Text, wrong.subarray(0, 11), { fin: false }));
    expect(received.errors).toEqual([]);
    received.push(data(Opcode.Continuation, wrong.subarray(11, 12), { fin: false }));
    expect(received.errors).toHaveLength(1);
  });

  it("fails when the message ends inside a code point", () => {
    const received = assembling();
    received.push(data(Opcode.Text, Buffer.of(0xce), { fin: false }), data(Opcode.Continuation, ""));
    expect(received.errors).toHaveLength(1);
    expect(received.messages).toEqual([]);
    const whole = assembling();
    whole.push(data(Opcode.Text, Buffer.of(0xce)));
    expect(whole.errors).toHaveLength(1);
  });

  it.each(["string", "bytes"] as const)(
    "fails at the end of a whole message that is not, short or long, as %s",
    (textAs) => {
      for (const length of [1, 200, 5000]) {
        const received = assembling({ textAs });
        received.push(data(Opcode.Text, Buffer.alloc(length, 0xff)));
        expect(received.messages).toEqual([]);
        expect(received.errors).toMatchObject([{ code: "WS_ERR_INVALID_UTF8", closeCode: 1007 }]);
      }
    },
  );

  it("is decoded with replacements when the check is off", () => {
    const received = assembling({ checksUtf8: false });
    received.push(data(Opcode.Text, Buffer.alloc(5000, 0xff)));
    expect(received.messages).toEqual(["\ufffd".repeat(5000)]);
    expect(received.errors).toEqual([]);
  });

  it("is not looked at in binary and compressed messages, nor when the check is off", () => {
    const received = assembling();
    received.push(data(Opcode.Binary, wrong, { fin: false }), data(Opcode.Continuation, wrong));
    received.push(data(Opcode.Text, wrong, { fin: false, rsv1: true }), data(Opcode.Continuation, wrong));
    expect(received.errors).toEqual([]);
    expect(received.compressed).toEqual([[Buffer.concat([wrong, wrong]).toString("latin1"), true]]);
    const unchecked = assembling({ checksUtf8: false, textAs: "bytes" });
    unchecked.push(
      data(Opcode.Text, wrong),
      data(Opcode.Text, wrong, { fin: false }),
      data(Opcode.Continuation, wrong),
    );
    expect(unchecked.errors).toEqual([]);
    expect(unchecked.messages).toHaveLength(2);
  });
});

describe("memory", () => {
  it("does not keep a network chunk alive for a small message", () => {
    const received = assembling();
    received.push(Buffer.concat([data(Opcode.Binary, "small"), data(Opcode.Binary, Buffer.alloc(60_000))]));
    const [small, large] = received.messages as [Buffer, Buffer];
    expect(small.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize);
    expect(large.buffer.byteLength).toBeLessThan(2 * large.length);
  });

  it.each([
    ["a view of a chunk as small as Node's buffer pool", Buffer.poolSize, true],
    ["a copy from a larger one", Buffer.poolSize + 1, false],
  ])("hands out %s", (_, bytes, isView) => {
    const received = assembling();
    const chunk = Buffer.alloc(bytes); // of its own, as network chunks are
    Buffer.concat([data(Opcode.Binary, "small"), frameHeader(0x82, 9_999)]).copy(chunk);
    received.push(chunk);
    const [small] = received.messages as [Buffer];
    expect(small.toString()).toBe("small");
    expect(small.buffer === chunk.buffer).toBe(isView);
  });

  it("allocates little on the word of a header", () => {
    const received = assembling();
    const before = process.memoryUsage().arrayBuffers;
    received.push(frameHeader(0x82, 2 ** 32 - 1));
    received.push(Buffer.from("x"));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(4 * 1024 * 1024);
    expect(received.errors).toEqual([]);
  });

  it("assembles a long message in its own buffer", () => {
    const received = assembling();
    const payload = Buffer.alloc(200_000, 7);
    const stream = data(Opcode.Binary, payload);
    for (let at = 0; at < stream.length; at += 65_536) received.push(stream.subarray(at, at + 65_536));
    const [message] = received.messages as [Buffer];
    expect(message.equals(payload)).toBe(true);
    expect(message.buffer.byteLength).toBe(payload.length);
  });

  it("copies a message that is much shorter than the buffer it was collected in", () => {
    const received = assembling();
    received.push(data(Opcode.Binary, "a", { fin: false }), data(Opcode.Continuation, "b"));
    const [message] = received.messages as [Buffer];
    expect(message.toString()).toBe("ab");
    expect(message.buffer.byteLength).toBeLessThanOrEqual(Buffer.poolSize);
  });
});

import { constants } from "node:buffer";
import { describe, expect, it } from "vitest";
import type { WebSocketError } from "./errors.js";
import { firstByte, frame, frameHeader, maskedFrame } from "./frame-encoder.js";
import { FrameParser, type FrameParserOptions } from "./frame-parser.js";
import { Opcode } from "./opcode.js";

const SERVER: FrameParserOptions = {
  role: "server",
  maxPayloadBytes: 0,
  maxFragments: 0,
  maxChunks: 0,
  allowsRsv1: false,
};
const CLIENT: FrameParserOptions = { ...SERVER, role: "client" };
const KEY = 0x3d21fa37;

/** A parser and what it said: frames as `opcode:fin:rsv1:payload`, whether they came whole or in parts. */
function recording(options: FrameParserOptions): { parser: FrameParser; said: string[]; errors: WebSocketError[] } {
  const said: string[] = [];
  const errors: WebSocketError[] = [];
  let started = "";
  let isText = false;
  const parser = new FrameParser(
    options,
    {
      onFrame: (opcode, fin, rsv1, chunk, start, end, ascii) => {
        const payload = chunk.subarray(start, end);
        if (opcode !== Opcode.Continuation) isText = opcode === Opcode.Text && !rsv1;
        expect(ascii).toBe(isText && payload.every((byte) => byte < 0x80));
        said.push(`${opcode}:${fin}:${rsv1}:${payload.toString("latin1")}`);
      },
      onFrameStart: (opcode, fin, rsv1) => {
        if (opcode !== Opcode.Continuation) isText = opcode === Opcode.Text && !rsv1;
        started = `${opcode}:${fin}:${rsv1}:`;
      },
      onFramePart: (chunk, start, end) => (started += chunk.toString("latin1", start, end)),
      onFrameEnd: () => said.push(started),
    },
    {
      onControl: (opcode, payload) => said.push(`${opcode}:${payload.toString("latin1")}`),
      onFrameError: (error) => errors.push(error),
    },
  );
  return { parser, said, errors };
}

function masked(opcode: number, payload: string, { fin = true, rsv1 = false } = {}): Buffer {
  return maskedFrame(firstByte(opcode, fin, rsv1), Buffer.from(payload, "latin1"), KEY);
}

function bytes(...values: number[]): Buffer {
  return Buffer.from(values);
}

/** Frames of every length form, a fragmented message with control frames between, in one stream. */
const STREAM = Buffer.concat([
  masked(Opcode.Text, ""),
  masked(Opcode.Text, "abc"),
  masked(Opcode.Binary, "\xff".repeat(125)),
  masked(Opcode.Text, "x", { fin: false }),
  masked(Opcode.Ping, "ping"),
  masked(Opcode.Continuation, "y".repeat(126), { fin: false }),
  masked(Opcode.Pong, ""),
  masked(Opcode.Continuation, ""),
  masked(Opcode.Binary, "z".repeat(70_000)),
  masked(Opcode.Close, "\x03\xe8bye"),
]);
const FRAMES = [
  "1:true:false:",
  "1:true:false:abc",
  `2:true:false:${"\xff".repeat(125)}`,
  "1:false:false:x",
  "9:ping",
  `0:false:false:${"y".repeat(126)}`,
  "10:",
  "0:true:false:",
  `2:true:false:${"z".repeat(70_000)}`,
  "8:\x03\xe8bye",
];

describe("RFC 6455 §5.2, base framing", () => {
  it("reads frames in one chunk", () => {
    const { parser, said, errors } = recording(SERVER);
    parser.push(Buffer.from(STREAM));
    expect(errors).toEqual([]);
    expect(said).toEqual(FRAMES);
    expect(parser.hasUnparsed).toBe(false);
  });

  it("reads frames cut at each byte", () => {
    for (let cut = 0; cut < 600; cut++) {
      const { parser, said, errors } = recording(SERVER);
      parser.push(Buffer.from(STREAM.subarray(0, cut)));
      parser.push(Buffer.from(STREAM.subarray(cut)));
      expect(errors).toEqual([]);
      if (said.join() !== FRAMES.join()) expect.unreachable(`cut at ${cut}`);
    }
  });

  it("reads frames byte by byte", () => {
    const { parser, said, errors } = recording(SERVER);
    for (const byte of STREAM) parser.push(bytes(byte));
    expect(errors).toEqual([]);
    expect(said).toEqual(FRAMES);
  });

  it("reads unmasked frames as a client, the same way", () => {
    const stream = Buffer.concat([
      frame(0x81, Buffer.from("abc")),
      frame(0x89, Buffer.from("p")),
      frame(0x82, Buffer.alloc(70_000)),
    ]);
    for (const size of [1, 7, stream.length]) {
      const { parser, said } = recording(CLIENT);
      for (let at = 0; at < stream.length; at += size) parser.push(Buffer.from(stream.subarray(at, at + size)));
      expect(said).toEqual(["1:true:false:abc", "9:p", `2:true:false:${"\0".repeat(70_000)}`]);
    }
  });

  it.each([
    ["5 bytes in 16 bits", bytes(0x82, 126, 0, 5)],
    ["5 bytes in 64 bits", bytes(0x82, 127, 0, 0, 0, 0, 0, 0, 0, 5)],
  ])("takes a length that is not minimal: %s", (_title, header) => {
    const { parser, said } = recording(CLIENT);
    parser.push(Buffer.concat([header, Buffer.from("hello")]));
    expect(said).toEqual(["2:true:false:hello"]);
  });

  it("takes RSV1 on the first frame of a message when that was negotiated (RFC 7692 §6)", () => {
    const { parser, said, errors } = recording({ ...SERVER, allowsRsv1: true });
    parser.push(masked(Opcode.Text, "a", { fin: false, rsv1: true }));
    parser.push(masked(Opcode.Continuation, "b", { fin: false }));
    parser.push(masked(Opcode.Continuation, "c", { rsv1: true }));
    expect(said).toEqual(["1:false:true:a", "0:false:false:b"]);
    expect(errors).toMatchObject([{ code: "WS_ERR_UNEXPECTED_RSV_1", closeCode: 1002 }]);
  });
});

describe("RFC 6455 §5, what fails the connection", () => {
  it.each([
    ["RSV2", SERVER, bytes(0xa1, 0x80), "WS_ERR_UNEXPECTED_RSV_2_3", "RSV2 and RSV3 must be clear"],
    ["RSV3", SERVER, bytes(0x91, 0x80), "WS_ERR_UNEXPECTED_RSV_2_3", "RSV2 and RSV3 must be clear"],
    ["RSV1", SERVER, bytes(0xc1, 0x80), "WS_ERR_UNEXPECTED_RSV_1", "RSV1 must be clear"],
    [
      "RSV1 on a control frame",
      { ...SERVER, allowsRsv1: true },
      bytes(0xc9, 0x80),
      "WS_ERR_UNEXPECTED_RSV_1",
      "RSV1 must be clear",
    ],
    ["opcode 3", SERVER, bytes(0x83, 0x80), "WS_ERR_INVALID_OPCODE", "invalid opcode 3"],
    ["opcode 7", SERVER, bytes(0x87, 0x80), "WS_ERR_INVALID_OPCODE", "invalid opcode 7"],
    ["opcode 11", SERVER, bytes(0x8b, 0x80), "WS_ERR_INVALID_OPCODE", "invalid opcode 11"],
    ["opcode 15", SERVER, bytes(0x8f, 0x80), "WS_ERR_INVALID_OPCODE", "invalid opcode 15"],
    ["a continuation of nothing", SERVER, bytes(0x80, 0x80), "WS_ERR_INVALID_OPCODE", "invalid opcode 0"],
    ["a control frame in fragments", SERVER, bytes(0x09, 0x80), "WS_ERR_EXPECTED_FIN", "FIN must be set"],
    [
      "a control frame of 126 bytes",
      SERVER,
      bytes(0x89, 0xfe),
      "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH",
      "invalid payload length 126",
    ],
    ["an unmasked frame to a server", SERVER, bytes(0x81, 0x00), "WS_ERR_EXPECTED_MASK", "MASK must be set"],
    ["a masked frame to a client", CLIENT, bytes(0x81, 0x80), "WS_ERR_UNEXPECTED_MASK", "MASK must be clear"],
  ] as const)("%s: 1002, at the second byte", (_title, options, start, code, text) => {
    for (const rest of [Buffer.alloc(0), Buffer.alloc(12)]) {
      const { parser, said, errors } = recording(options);
      parser.push(start.subarray(0, 1));
      parser.push(Buffer.concat([start.subarray(1), rest]));
      expect(errors).toMatchObject([{ code, closeCode: 1002, message: `Invalid WebSocket frame: ${text}` }]);
      parser.push(masked(Opcode.Text, "after"));
      expect(said).toEqual([]);

      const whole = recording(options);
      whole.parser.push(Buffer.concat([start, Buffer.alloc(12)]));
      expect(whole.errors).toMatchObject([{ code }]);
    }
  });

  it("a new message inside a fragmented one", () => {
    const { parser, errors } = recording(SERVER);
    parser.push(Buffer.concat([masked(Opcode.Text, "a", { fin: false }), masked(Opcode.Text, "b")]));
    expect(errors).toMatchObject([
      { code: "WS_ERR_INVALID_OPCODE", message: "Invalid WebSocket frame: invalid opcode 1" },
    ]);
  });

  it("a length above 2^53 - 1: 1009", () => {
    for (const size of [1, 14]) {
      const { parser, errors } = recording(CLIENT);
      const header = bytes(0x82, 127, 0x00, 0x20, 0, 0, 0, 0, 0, 0);
      for (let at = 0; at < header.length; at += size) parser.push(header.subarray(at, at + size));
      expect(errors).toMatchObject([{ code: "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", closeCode: 1009 }]);
    }
  });
});

describe("maxPayload", () => {
  const limited: FrameParserOptions = { ...CLIENT, maxPayloadBytes: 70_000 };

  it("is judged from the header alone: 1009", () => {
    const { parser, errors } = recording(limited);
    parser.push(frameHeader(0x82, 70_000));
    expect(errors).toEqual([]);
    const beyond = recording(limited);
    beyond.parser.push(frameHeader(0x82, 70_001));
    expect(beyond.errors).toMatchObject([
      { code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", closeCode: 1009, message: "Max payload size exceeded" },
    ]);
    expect(beyond.errors[0]).toBeInstanceOf(RangeError);
    expect(String(beyond.errors[0])).toBe("RangeError: Max payload size exceeded");
  });

  it.each([0, Infinity])("of %d still refuses what no Buffer can hold: 1009", (maxPayloadBytes) => {
    const { parser, errors } = recording({ ...CLIENT, maxPayloadBytes });
    parser.push(frame(0x02, Buffer.from("x")));
    parser.push(frameHeader(0x80, constants.MAX_LENGTH - 1));
    expect(errors).toEqual([]);
    const beyond = recording({ ...CLIENT, maxPayloadBytes });
    beyond.parser.push(frame(0x02, Buffer.from("x")));
    beyond.parser.push(frameHeader(0x80, constants.MAX_LENGTH));
    expect(beyond.errors).toMatchObject([{ code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", closeCode: 1009 }]);
  });

  it("counts all fragments of a message, and begins anew with the next one", () => {
    const { parser, errors } = recording(limited);
    for (const first of [0x02, 0x00, 0x80, 0x02, 0x00])
      parser.push(frame(first, Buffer.alloc(first === 0x80 ? 0 : 35_000)));
    expect(errors).toEqual([]);
    parser.push(frameHeader(0x80, 1));
    expect(errors).toMatchObject([{ code: "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH" }]);
  });

  it("does not count control frames", () => {
    const { parser, errors } = recording({ ...limited, maxPayloadBytes: 1 });
    parser.push(frame(0x89, Buffer.alloc(125)));
    expect(errors).toEqual([]);
  });

  it("leaves room for what deflate adds to bytes it cannot compress", () => {
    const compressed = { ...limited, allowsRsv1: true };
    const { parser, errors } = recording(compressed);
    parser.push(frameHeader(0xc2, 70_000 + 274 + 64));
    expect(errors).toEqual([]);
    const beyond = recording(compressed);
    beyond.parser.push(frameHeader(0xc2, 70_000 + 274 + 65));
    expect(beyond.errors).toHaveLength(1);
  });
});

describe("hold and release", () => {
  it("hands out nothing while held, and the rest in order afterwards", () => {
    const { parser, said } = recording(SERVER);
    parser.hold();
    parser.push(Buffer.from(STREAM.subarray(0, 100)));
    parser.push(Buffer.from(STREAM.subarray(100)));
    expect(said).toEqual([]);
    expect(parser.hasUnparsed).toBe(true);
    parser.release();
    parser.proceed();
    expect(said).toEqual(FRAMES);
  });

  it("can be held and released by its sink", () => {
    const order: string[] = [];
    const parser: FrameParser = new FrameParser(
      SERVER,
      {
        onFrame: (_opcode, _fin, _rsv1, chunk, start, end) => {
          order.push(chunk.toString("latin1", start, end));
          parser.hold();
          if (order.length === 1) parser.release();
        },
        onFrameStart: () => {},
        onFramePart: () => {},
        onFrameEnd: () => {},
      },
      { onControl: () => {}, onFrameError: () => {} },
    );
    parser.push(Buffer.concat([masked(Opcode.Text, "a"), masked(Opcode.Text, "b"), masked(Opcode.Text, "c")]));
    expect(order).toEqual(["a", "b"]);
    parser.release();
    parser.proceed();
    expect(order).toEqual(["a", "b", "c"]);
  });

  it("goes on after an exception of its sink", () => {
    const seen: string[] = [];
    const parser = new FrameParser(
      SERVER,
      {
        onFrame: (_opcode, _fin, _rsv1, chunk, start, end) => {
          seen.push(chunk.toString("latin1", start, end));
          if (seen.length === 1) throw new Error("listener");
        },
        onFrameStart: () => {},
        onFramePart: () => {},
        onFrameEnd: () => {},
      },
      { onControl: () => {}, onFrameError: () => {} },
    );
    expect(() => parser.push(Buffer.concat([masked(Opcode.Text, "a"), masked(Opcode.Text, "b")]))).toThrow("listener");
    expect([parser.hasUnparsed, parser.isParsing]).toEqual([true, false]);
    parser.push(masked(Opcode.Text, "c"));
    expect(seen).toEqual(["a", "b", "c"]);
  });

  it("ignores everything once stopped", () => {
    const { parser, said } = recording(SERVER);
    parser.push(Buffer.from(STREAM.subarray(0, 50)));
    const before = said.length;
    parser.stop();
    parser.release();
    parser.proceed();
    parser.hold();
    parser.push(Buffer.from(STREAM.subarray(50)));
    expect(said).toHaveLength(before);
    expect(parser.hasUnparsed).toBe(false);
  });

  it("does not end a frame that its sink refused", () => {
    const ended: boolean[] = [];
    const parser: FrameParser = new FrameParser(
      CLIENT,
      {
        onFrame: () => {},
        onFrameStart: () => {},
        onFramePart: () => parser.stop(),
        onFrameEnd: () => ended.push(true),
      },
      { onControl: () => {}, onFrameError: () => {} },
    );
    parser.push(frameHeader(0x82, 3));
    parser.push(bytes(1, 2, 3));
    expect(ended).toEqual([]);
  });
});

describe("limits on the number of pieces", () => {
  const fragments = (count: number): Buffer[] =>
    Array.from({ length: count }, (_, at) =>
      masked(at === 0 ? Opcode.Text : Opcode.Continuation, "", { fin: at === count - 1 }),
    );

  it.each([
    [1, 0],
    [3, 0],
    [4, 1],
  ])("maxFragments 3: %i fragments, empty ones too, are %i error", (count, wrong) => {
    const { parser, said, errors } = recording({ ...SERVER, maxFragments: 3 });
    for (const fragment of fragments(count)) parser.push(Buffer.concat([fragment, masked(Opcode.Ping, "")]));
    parser.push(masked(Opcode.Text, "next"));
    expect(errors).toHaveLength(wrong);
    if (wrong === 0) expect(said.at(-1)).toBe("1:true:false:next");
    else expect(errors[0]).toMatchObject({ code: "WS_ERR_TOO_MANY_BUFFERED_PARTS", closeCode: 1008 });
  });

  it("maxFragments counts each message for itself", () => {
    const { parser, errors } = recording({ ...SERVER, maxFragments: 3 });
    for (let message = 0; message < 5; message++) parser.push(Buffer.concat(fragments(3)));
    expect(errors).toEqual([]);
  });

  it.each([
    [Opcode.Binary, 3, 0],
    [Opcode.Binary, 4, 1],
    [Opcode.Ping, 4, 1],
  ])("maxBufferedChunks 3: a frame of opcode %i with its payload in %i chunks is %i error", (opcode, count, wrong) => {
    const { parser, said, errors } = recording({ ...SERVER, maxChunks: 3 });
    const bytes = masked(opcode, "x".repeat(count));
    parser.push(bytes.subarray(0, 6));
    for (let at = 6; at < bytes.length; at++) parser.push(bytes.subarray(at, at + 1));
    expect([said.length, errors.length]).toEqual([1 - wrong, wrong]);
    if (wrong > 0) expect(errors[0]).toMatchObject({ code: "WS_ERR_TOO_MANY_BUFFERED_PARTS", closeCode: 1008 });
  });

  it("maxBufferedChunks counts the pieces of a header, and begins anew with each frame", () => {
    const { parser, errors } = recording({ ...SERVER, maxChunks: 3 });
    const bytes = masked(Opcode.Binary, "xy");
    for (let frames = 0; frames < 5; frames++) {
      for (let at = 0; at < bytes.length; at += 2) parser.push(bytes.subarray(at, at + 2));
    }
    expect(errors).toEqual([]);
    for (let at = 0; at < bytes.length; at++) parser.push(bytes.subarray(at, at + 1));
    expect(errors).toHaveLength(1);
  });

  it("maxBufferedChunks does not count chunks in which one frame ends and the next begins, nor those that wait", () => {
    const { parser, said, errors } = recording({ ...SERVER, maxChunks: 1 });
    const bytes = Buffer.concat(Array.from({ length: 10 }, () => masked(Opcode.Binary, "xy")));
    for (let at = 0; at < bytes.length; at += 7) parser.push(bytes.subarray(at, at + 7));
    expect([said.length, errors.length]).toEqual([10, 0]);
    parser.hold();
    for (const byte of masked(Opcode.Binary, "xy")) parser.push(Buffer.of(byte));
    parser.release();
    parser.proceed();
    expect([said.length, errors.length]).toEqual([11, 0]);
    parser.push(masked(3, "").subarray(0, 2)); // stops it
    parser.push(Buffer.alloc(1));
    expect(errors.map(({ code }) => code)).toEqual(["WS_ERR_INVALID_OPCODE"]);
  });

  it("have no default: a message may come in any number of fragments and chunks", () => {
    const { parser, errors } = recording(SERVER);
    for (const byte of Buffer.concat(fragments(20_000))) parser.push(Buffer.of(byte));
    expect(errors).toEqual([]);
  });
});

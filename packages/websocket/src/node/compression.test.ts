import fc from "fast-check";
import { deflateRawSync, constants } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import type { WebSocketError } from "../core/errors.js";
import type { DeflateParams, PerMessageDeflateOptions } from "../core/permessage-deflate.js";
import { assertCompressionOptions, createCompression, type Compression } from "./compression.js";
import { RawInflater } from "./inflate.js";
import { WebSocketServer } from "./websocket-server.js";
import { WebSocket } from "./websocket.js";
import { ZlibPool } from "./zlib-pool.js";

const ALONE: DeflateParams = {
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
  serverMaxWindowBits: 15,
  clientMaxWindowBits: 15,
};
const TAKEOVER: DeflateParams = { ...ALONE, serverNoContextTakeover: false, clientNoContextTakeover: false };

const open: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

function side(role: "server" | "client", params: DeflateParams, options: PerMessageDeflateOptions = {}): Compression {
  const compression = createCompression(role, params, options);
  open.push(compression.inflater, compression.deflater);
  return compression;
}

describe("options of zlib", () => {
  it("are taken as zlib takes them", () => {
    const zlibDeflateOptions = { level: 9, memLevel: 1, strategy: constants.Z_FIXED, chunkSize: 64 };
    expect(() => assertCompressionOptions({ zlibDeflateOptions, zlibInflateOptions: { chunkSize: 64 } })).not.toThrow();
  });

  it.each<PerMessageDeflateOptions>([
    { zlibDeflateOptions: { level: 10 } },
    { zlibDeflateOptions: { memLevel: 0 } },
    { zlibDeflateOptions: { strategy: 5 } },
    { zlibDeflateOptions: { chunkSize: 63 } },
    { zlibInflateOptions: { chunkSize: 63 } },
    { threshold: -1 },
  ])("are refused when they are given, not at the first message: %j", (options) => {
    expect(() => assertCompressionOptions(options)).toThrow(RangeError);
    expect(() => new WebSocketServer({ noServer: true, perMessageDeflate: options })).toThrow(RangeError);
    expect(() => new WebSocket("ws://127.0.0.1:1", { perMessageDeflate: options })).toThrow(RangeError);
  });
});

const deflate = ({ deflater }: Compression, data: Buffer): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    deflater.deflate(data, (error, out) => (out === null ? reject(error) : resolve(out))),
  );
const inflate = ({ inflater }: Pick<Compression, "inflater">, data: Buffer, maxBytes = 0): Promise<Buffer> =>
  new Promise((resolve, reject) =>
    inflater.inflate(data, maxBytes, (error, out) => (out === null ? reject(error) : resolve(out))),
  );

/** An inflater for what a client with default parameters sends. */
function inflater(contextTakeover = true, windowBits = 15): { inflater: RawInflater } {
  const one = { inflater: new RawInflater({ windowBits, contextTakeover }) };
  open.push(one.inflater);
  return one;
}
const hex = (text: string): Buffer => Buffer.from(text, "hex");
/** Bytes that do not compress. */
function noise(length: number, seed = 1): Buffer {
  const bytes = Buffer.alloc(length);
  let x = seed;
  for (let i = 0; i < length; i++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    bytes[i] = x & 0xff;
  }
  return bytes;
}
/** Deflated as a peer would, without its `00 00 ff ff`. */
const deflated = (data: Buffer): Buffer =>
  deflateRawSync(data, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4);

describe("messages of RFC 7692 §7.2.3", () => {
  it.each([
    ["§7.2.3.1, one block", "f248cdc9c90700", "Hello"],
    ["§7.2.3.3, a stored block", "000500faff48656c6c6f00", "Hello"],
    ["§7.2.3.4, a block with BFINAL set", "f348cdc9c9070000", "Hello"],
    ["§7.2.3.4 without the empty block behind", "f348cdc9c90700", "Hello"],
    ["§7.2.3.5, two blocks", "f24805000000ffffcac9c90700", "Hello"],
    ["two final blocks", "f348cdc9c90700f348cdc9c9070000", "HelloHello"],
    ["§7.2.3.6, an empty message", "00", ""],
    ["an empty message without that byte", "", ""],
    ["an empty final block", "030000", ""],
  ])("inflates %s", async (_title, payload, text) => {
    expect((await inflate(inflater(), hex(payload))).toString()).toBe(text);
    expect((await inflate(inflater(false), hex(payload))).toString()).toBe(text);
  });

  it("inflates §7.2.3.2, a message that refers to the one before", async () => {
    const one = inflater();
    expect((await inflate(one, hex("f248cdc9c90700"))).toString()).toBe("Hello");
    expect((await inflate(one, hex("f200110000"))).toString()).toBe("Hello");
  });

  it("keeps the context over a block with BFINAL set", async () => {
    const one = inflater();
    expect((await inflate(one, hex("f348cdc9c9070000"))).toString()).toBe("Hello");
    expect((await inflate(one, hex("f200110000"))).toString()).toBe("Hello");
  });

  it("does not keep it without context takeover", async () => {
    const one = inflater(false);
    await inflate(one, hex("f248cdc9c90700"));
    await expect(inflate(one, hex("f200110000"))).rejects.toMatchObject({ closeCode: 1007 });
  });

  it.each([
    ["garbage", "ffffffffffffffffff"],
    ["a distance beyond the history", "f200110000"],
    ["garbage behind a final block", "f348cdc9c90700ffffff"],
    ["a block cut in its symbols", "f248cd"],
    ["a block cut before its end", "f248cdc9c9"],
    ["a stored block cut in its data", "000500faff48"],
    ["a stored block that swallows the four bytes put behind", "000900f6ff48656c6c6f"],
    ["a stored block that swallows all that is put behind", "000e00f1ff48656c6c6f"],
    ["a stored block cut in its length", "0005"],
  ])("refuses %s with 1007", async (_title, payload) => {
    await expect(inflate(inflater(), hex(payload))).rejects.toMatchObject({
      code: "WS_ERR_INVALID_COMPRESSED_DATA",
      closeCode: 1007,
    });
  });

  it("refuses a message cut at any byte", async () => {
    for (const data of [noise(500), Buffer.from("hello, hello, hello world. ".repeat(9)), Buffer.alloc(900)]) {
      const payload = deflated(data);
      // A leading zero byte alone is the empty message.
      for (let cut = payload[0] === 0 ? 2 : 1; cut < payload.length; cut++) {
        await expect(inflate(inflater(), payload.subarray(0, cut)), `cut at ${cut}`).rejects.toMatchObject({
          closeCode: 1007,
        });
      }
    }
  });

  it("refuses a long message that is cut", async () => {
    const payload = deflated(noise(40_000));
    for (const cut of [20_000, payload.length - 10, payload.length - 5, payload.length - 1]) {
      await expect(inflate(inflater(), payload.subarray(0, cut))).rejects.toMatchObject({ closeCode: 1007 });
    }
  });

  it("takes a message whose end looks like the flush marker", async () => {
    const data = Buffer.concat([noise(100), hex("0000ffff")]);
    expect(await inflate(inflater(), deflated(data))).toEqual(data);
    const long = Buffer.concat([noise(40_000), hex("0000ffff")]);
    expect((await inflate(inflater(), deflated(long))).equals(long)).toBe(true);
  });

  it("keeps the window over all final blocks of a message", async () => {
    const one = inflater();
    let sent: Buffer = Buffer.alloc(0);
    for (let message = 0; message < 3; message++) {
      const before = sent.length;
      const streams: Buffer[] = [];
      for (let block = 0; block < 20; block++) {
        // Half of a block is what was sent before: near, and 30,000 bytes away.
        const data = Buffer.concat([noise(700), sent.subarray(-300), sent.subarray(-30_000, -29_600)]);
        const dictionary = sent.length === 0 ? {} : { dictionary: sent.subarray(-32_768) };
        streams.push(deflateRawSync(data, dictionary));
        sent = Buffer.concat([sent, data]);
      }
      expect((await inflate(one, Buffer.concat(streams))).equals(sent.subarray(before))).toBe(true);
    }
  });

  it("bounds the final blocks of a message", async () => {
    await expect(inflate(inflater(), hex("0300".repeat(65)))).rejects.toMatchObject({ closeCode: 1007 });
    expect(await inflate(inflater(), hex("0300".repeat(64)))).toHaveLength(0);
  });
});

describe("limits while inflating", () => {
  it.each([1, 1000, 16_384, 200_000, 1_000_000])("takes %i bytes at the limit and refuses one more", async (length) => {
    for (const data of [Buffer.alloc(length, 97), noise(length)]) {
      const payload = deflated(data);
      expect((await inflate(inflater(), payload, length)).equals(data)).toBe(true);
      if (length === 1) continue;
      await expect(inflate(inflater(), payload, length - 1)).rejects.toMatchObject({
        closeCode: 1009,
        message: "Max payload size exceeded",
      });
    }
  });

  it("counts the streams of one message together", async () => {
    const payload = hex("f348cdc9c90700f348cdc9c9070000");
    expect((await inflate(inflater(), payload, 10)).toString()).toBe("HelloHello");
    await expect(inflate(inflater(), payload, 9)).rejects.toMatchObject({ closeCode: 1009 });
  });

  it("stops a bomb long before it has burst", async () => {
    const payload = deflated(Buffer.alloc(64 * 1024 * 1024));
    const before = process.memoryUsage().arrayBuffers;
    await expect(inflate(inflater(), payload, 1024 * 1024)).rejects.toMatchObject({ closeCode: 1009 });
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
  });
});

describe("deflating", () => {
  const TEXT = Buffer.from("the quick brown fox jumps over the lazy dog. ".repeat(60));

  it("sends an empty message as one zero byte", async () => {
    expect(await deflate(side("server", ALONE), Buffer.alloc(0))).toEqual(hex("00"));
  });

  it("makes the same bytes of the same message without context takeover, and fewer with it", async () => {
    const alone = side("server", ALONE);
    const first = await deflate(alone, TEXT);
    expect(await deflate(alone, TEXT)).toEqual(first);
    expect(alone.deflater.deflateShared(TEXT)).toEqual(first);
    const kept = side("server", TAKEOVER);
    await deflate(kept, TEXT);
    expect((await deflate(kept, TEXT)).length).toBeLessThan(first.length / 2);
  });

  it.each<[DeflateParams, number]>([
    [ALONE, 15],
    [{ ...ALONE, serverMaxWindowBits: 9 }, 9],
    [{ ...ALONE, serverMaxWindowBits: 8 }, 0],
    [TAKEOVER, 0],
  ])("says whether frames can be shared: %j", (params, bits) => {
    expect(side("server", params).deflater.sharedWindowBits).toBe(bits);
  });

  it("shares only frames short enough to be made at once", () => {
    const { deflater } = side("server", ALONE);
    expect(deflater.deflateShared(Buffer.alloc(128 * 1024))).not.toBeNull();
    expect(deflater.deflateShared(Buffer.alloc(128 * 1024 + 1))).toBeNull();
  });

  it.each([8, 9, 10, 12, 15])("keeps to a window of %i bits", async (bits) => {
    // Repeats at a distance of 3000: only a window of 12 bits and more can use them.
    const part = noise(3000);
    const data = Buffer.concat([part, part, part]);
    const payload = await deflate(side("server", { ...ALONE, serverMaxWindowBits: bits }), data);
    expect(payload.length > 8000).toBe(bits < 12);
    // zlib holds its window to what is asked for when it puts out little at a time.
    const strict = new RawInflater({ windowBits: bits, contextTakeover: false, chunkSize: 64 });
    expect(await inflate({ inflater: strict }, payload)).toEqual(data);
  });

  it("uses thresholds and tuning", async () => {
    expect(side("server", ALONE).deflater.thresholdBytes).toBe(1024);
    expect(side("server", ALONE, { threshold: 0 }).deflater.thresholdBytes).toBe(0);
    const stored = side("server", ALONE, { zlibDeflateOptions: { level: 0 }, zlibInflateOptions: { chunkSize: 64 } });
    expect((await deflate(stored, TEXT)).length).toBeGreaterThan(TEXT.length);
  });
});

describe("inflate after deflate", () => {
  const params = fc.record({
    serverNoContextTakeover: fc.boolean(),
    clientNoContextTakeover: fc.boolean(),
    serverMaxWindowBits: fc.integer({ min: 8, max: 15 }),
    clientMaxWindowBits: fc.integer({ min: 8, max: 15 }),
  });
  /** Messages with repeats inside and among them, some long enough for the pool. */
  const message = fc
    .tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 0, max: 40_000 }), fc.boolean())
    .map(([seed, length, isNoise]) =>
      isNoise ? noise(length, seed + 1) : Buffer.from(`message ${seed}, `.repeat(length / 10)),
    );

  it("is the identity for each side and all parameters, in order", async () => {
    await fc.assert(
      fc.asyncProperty(params, fc.array(message, { maxLength: 6 }), async (agreed, messages) => {
        const server = side("server", agreed);
        const client = side("client", agreed);
        for (const data of messages) {
          expect((await inflate(client, await deflate(server, data))).equals(data)).toBe(true);
          expect((await inflate(server, await deflate(client, data))).equals(data)).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("never throws on garbage, and refuses it with 1007 or takes it as a message", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const error = await inflate(inflater(), Buffer.from(bytes), 100_000).then(
          () => null,
          (reason: WebSocketError) => reason,
        );
        expect([undefined, 1007, 1009]).toContain(error?.closeCode);
      }),
      { numRuns: 500 },
    );
  });
});

describe("end of life", () => {
  it("calls nobody back after dispose", async () => {
    const { inflater: raw, deflater } = createCompression("server", TAKEOVER, {});
    let calls = 0;
    const count = (): void => void calls++;
    const data = noise(100_000);
    deflater.deflate(data, count);
    raw.inflate(deflated(data), 0, count);
    deflater.dispose();
    raw.dispose();
    raw.dispose();
    await deflate(side("server", ALONE), data);
    await inflate(inflater(), deflated(data));
    expect(calls).toBe(0);
  });

  it("runs no more jobs at a time than allowed, and all of them in the end", () => {
    const pool = new ZlibPool(2);
    const running: (() => void)[] = [];
    const job = (release: () => void): void => void running.push(release);
    for (let i = 0; i < 5; i++) pool.run(job);
    expect(running).toHaveLength(2);
    running[0]?.();
    expect(running).toHaveLength(3);
    pool.raiseLimit(1);
    pool.raiseLimit(9);
    running[1]?.();
    expect(running).toHaveLength(4);
    running[2]?.();
    running[3]?.();
    expect(running).toHaveLength(5);
    pool.run(job);
    pool.run(job);
    expect(running).toHaveLength(7);
  });
});

import { constants, createDeflateRaw, deflateRawSync, inflateRawSync } from "node:zlib";
import { expect, it, vi } from "vitest";
import { storedWindow, takesDictionaries } from "./dictionary.js";
import { RawInflater } from "./inflate.js";

const TEXT = "κόσμε, and what was said before. ";

function inflate(inflater: RawInflater, payload: Buffer, maxBytes = 0): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    inflater.inflate(payload, maxBytes, (error, data) => (data === null ? reject(error) : resolve(data)));
  });
}

/** Deflates messages one after the other, as a peer that takes its context over. */
function peer(): (data: Buffer) => Promise<Buffer> {
  const stream = createDeflateRaw();
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => parts.push(part));
  return (data) =>
    new Promise((resolve) => {
      stream.write(data);
      stream.flush(constants.Z_SYNC_FLUSH, () => resolve(Buffer.concat(parts.splice(0)).subarray(0, -4)));
    });
}

/** What an inflater does in Deno, whose zlib ignores dictionaries. */
function withoutDictionaries(): RawInflater {
  return new RawInflater({ windowBits: 15, contextTakeover: true, takesDictionaries: false });
}

it("is what zlib takes, in Node", () => {
  expect(takesDictionaries()).toBe(true);
});

it("may be a stored block before the data", () => {
  const window = Buffer.from(TEXT);
  const deflated = deflateRawSync(Buffer.from(TEXT.repeat(3)), { dictionary: window });
  expect(inflateRawSync(Buffer.concat([storedWindow(window), deflated])).toString()).toBe(TEXT.repeat(4));
});

it("is done without: messages refer to the ones before them, at once and in the pool", async () => {
  const inflater = withoutDictionaries();
  const deflate = peer();
  for (const length of [1, 100, 5000, 20, 40_000, 200_000, 33, 70_000]) {
    const message = Buffer.from(TEXT.repeat(length).slice(0, length));
    const payload = await deflate(message);
    expect((await inflate(inflater, payload, message.length)).equals(message)).toBe(true);
  }
  await expect(inflate(inflater, await deflate(Buffer.from(TEXT)), 10)).rejects.toMatchObject({ closeCode: 1009 });
});

it("is done without: messages of several streams, and such as end like what is put behind them", async () => {
  const inflater = withoutDictionaries();
  const first = Buffer.from(TEXT);
  await inflate(inflater, deflateRawSync(first));
  const second = deflateRawSync(first, { dictionary: first });
  const third = deflateRawSync(Buffer.from(`${TEXT}!`), { dictionary: Buffer.concat([first, first]) });
  expect((await inflate(inflater, Buffer.concat([second, third]))).toString()).toBe(`${TEXT}${TEXT}!`);
  const stored = Buffer.from("0800f7ff", "hex");
  expect(await inflate(inflater, Buffer.concat([storedWindow(stored), Buffer.from([0])]))).toEqual(stored);
});

it("is done without by a preview, which tells of wrong bytes alone", async () => {
  const inflater = withoutDictionaries();
  const deflate = peer();
  await inflate(inflater, await deflate(Buffer.from(TEXT.repeat(300))));
  const errors: (string | undefined)[] = [];
  const preview = inflater.preview(100, (error) => errors.push(error.code));
  preview?.push(Buffer.concat([await deflate(Buffer.from(TEXT)), Buffer.from("0000ffff", "hex")]));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(errors).toEqual([]);
  preview?.push(await deflate(Buffer.from([0xff, 0xff, 0xff])));
  await vi.waitFor(() => expect(errors).toEqual(["WS_ERR_INVALID_UTF8"]));
  inflater.dispose();
});

import { constants, deflateRawSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { TextPreview } from "../core/compression-port.js";
import { RawInflater } from "./inflate.js";

const open: { dispose(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.dispose();
});

function inflater(contextTakeover = false): RawInflater {
  const one = new RawInflater({ windowBits: 15, contextTakeover });
  open.push(one);
  return one;
}

/** A preview and what it said. */
function previewing(one: RawInflater = inflater(), maxBytes = 0): { preview: TextPreview; errors: string[] } {
  const errors: string[] = [];
  const preview = one.preview(maxBytes, (error) => errors.push(`${error.closeCode} ${error.code}`));
  if (preview === null) throw new Error("no preview");
  open.push(preview);
  return { preview, errors };
}

/** Deflated as a peer would, without its `00 00 ff ff`; what is inflated so far depends on no later byte. */
function deflated(data: Buffer, dictionary?: Buffer): Buffer {
  const finishFlush = constants.Z_SYNC_FLUSH;
  return deflateRawSync(data, { finishFlush, ...(dictionary !== undefined && { dictionary }) });
}

/** All that was asked of the pool before has been done. */
async function settled(): Promise<void> {
  const { preview, errors } = previewing();
  preview.push(deflated(Buffer.from([0xff])));
  await vi.waitFor(() => expect(errors).toHaveLength(1), { interval: 1 });
  preview.dispose();
}

const TEXT = "ascii, then κόσμε, 😀 and the end";
const cut = (bytes: Buffer, size: number): Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));

describe("a preview of text whose fragments arrive", () => {
  it.each([1, 2, 7, 1000])("finds nothing wrong with what is right, in pieces of %i bytes", async (size) => {
    const { preview, errors } = previewing();
    for (const piece of cut(deflated(Buffer.from(TEXT.repeat(20))), size)) preview.push(piece);
    await settled();
    expect(errors).toEqual([]);
  });

  it.each([1, 3, 1000])("fails as soon as a wrong byte is there, in pieces of %i bytes", async (size) => {
    const { preview, errors } = previewing();
    for (const piece of cut(deflated(Buffer.from(TEXT)), size)) preview.push(piece);
    await settled();
    expect(errors).toEqual([]);
    for (const piece of cut(deflated(Buffer.from("ab\xed\xa0\x80", "latin1")), size)) preview.push(piece);
    await vi.waitFor(() => expect(errors).toEqual(["1007 WS_ERR_INVALID_UTF8"]));
    preview.push(deflated(Buffer.from("and more")));
    await settled();
    expect(errors).toHaveLength(1);
  });

  it("waits for the rest of a character", async () => {
    const { preview, errors } = previewing();
    preview.push(deflated(Buffer.from([0xf0, 0x9f])));
    preview.push(deflated(Buffer.from([0x98])));
    await settled();
    expect(errors).toEqual([]);
    preview.push(deflated(Buffer.from("x")));
    await vi.waitFor(() => expect(errors).toEqual(["1007 WS_ERR_INVALID_UTF8"]));
  });

  it("knows what the message refers to", async () => {
    const one = inflater(true);
    const before = Buffer.from(TEXT);
    await new Promise((resolve) => one.inflate(deflated(before).subarray(0, -4), 0, resolve));
    const { preview, errors } = previewing(one);
    preview.push(deflated(Buffer.from(`${TEXT} again`), before));
    await settled();
    expect(errors).toEqual([]);
    preview.push(deflated(Buffer.from([0xc0])));
    await vi.waitFor(() => expect(errors).toEqual(["1007 WS_ERR_INVALID_UTF8"]));
  });

  it("fails for what is no DEFLATE data", async () => {
    const { preview, errors } = previewing();
    preview.push(Buffer.from([0x07]));
    await vi.waitFor(() => expect(errors).toEqual(["1007 WS_ERR_INVALID_COMPRESSED_DATA"]));
  });

  it("fails for what inflates to more than the limit", async () => {
    const { preview, errors } = previewing(inflater(), 100_000);
    preview.push(deflated(Buffer.alloc(100_000, "x")));
    await settled();
    expect(errors).toEqual([]);
    preview.push(deflated(Buffer.from("x")));
    await vi.waitFor(() => expect(errors).toEqual(["1009 WS_ERR_UNSUPPORTED_MESSAGE_LENGTH"]));
  });

  it("leaves what follows a final block to the inflater", async () => {
    const { preview, errors } = previewing();
    preview.push(deflateRawSync(Buffer.from("Hello")));
    preview.push(Buffer.from([0x07, 0x07, 0x07]));
    preview.push(Buffer.from([0x07]));
    await settled();
    expect(errors).toEqual([]);
  });

  it("says nothing after dispose, wherever it was, and returns its place in the pool", async () => {
    for (let round = 0; round < 100; round++) {
      const { preview, errors } = previewing();
      preview.push(deflated(Buffer.from([0xff])));
      if (round % 2 === 0) await new Promise((resolve) => setImmediate(resolve));
      const before = errors.length;
      preview.dispose();
      preview.push(Buffer.from([0x07]));
      await new Promise((resolve) => setImmediate(resolve));
      expect(errors).toHaveLength(before);
    }
    await settled();
  });

  it("is not made when 64 are under way", async () => {
    const previews = Array.from({ length: 64 }, () => previewing().preview);
    expect(inflater().preview(0, () => {})).toBeNull();
    for (const preview of previews) preview.dispose();
    await settled();
  });
});

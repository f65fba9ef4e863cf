import * as peer from "engine.io-parser";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodePacket, encodePackets } from "./codec.js";
import * as browser from "./globals.js";
import { encodePlain } from "./plain-codec.js";
import type { BinaryType, Packet, PacketType, RawData } from "./types.js";

const types = fc.constantFrom<PacketType>("open", "close", "ping", "pong", "message", "upgrade", "noop");
const texts: fc.Arbitrary<Packet> = fc.record({
  type: types,
  data: fc.option(fc.string({ unit: "binary" }), { nil: undefined }),
});
const bytes = fc.uint8Array({ maxLength: 70 });
const views = fc.oneof(
  bytes,
  bytes.map((data) => data.buffer),
  bytes.map((data) => Buffer.from(data)),
  bytes.map((data) => new DataView(data.buffer, data.length >> 1)),
);
const packets = fc.oneof(
  texts,
  views.map((data): Packet => ({ type: "message", data })),
);

function encodeOne(packet: Packet, supportsBinary: boolean): RawData {
  if (supportsBinary) return encodePlain(packet);
  let result = "";
  encodePackets(
    [packet],
    ([encoded]) => (result = encoded as string),
    () => {},
  );
  return result;
}
function peerEncode(packet: Packet, supportsBinary: boolean): unknown {
  let result: unknown;
  peer.encodePacket(packet as peer.Packet, supportsBinary, (encoded) => (result = encoded));
  return result;
}

describe("the codec is engine.io-parser's, byte for byte", () => {
  it.each([true, false])("encodes, binary support %s", (supportsBinary) => {
    fc.assert(
      fc.property(packets, (packet) => {
        expect(encodeOne(packet, supportsBinary)).toEqual(peerEncode(packet, supportsBinary));
      }),
    );
  });

  it.each([0, 5, true, null, { a: 1 }])("encodes %s, which types exclude", (data) => {
    const packet = { type: "message", data } as unknown as Packet;
    for (const supportsBinary of [true, false]) {
      expect(encodeOne(packet, supportsBinary)).toBe(peerEncode(packet, supportsBinary));
    }
  });

  it.each<BinaryType>(["nodebuffer", "arraybuffer"])("decodes to %s", (binaryType) => {
    const encoded = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.stringMatching(/^[0-9b].*$/),
      packets.map((packet) => encodeOne(packet, true)),
      packets.map((packet) => encodeOne(packet, false)),
    );
    fc.assert(
      fc.property(encoded, (data) => {
        if (ArrayBuffer.isView(data) && !Buffer.isBuffer(data)) return; // no socket delivers other views
        expect(decodePacket(data, binaryType)).toEqual(peer.decodePacket(data, binaryType));
      }),
    );
  });

  it("payloads", () => {
    fc.assert(
      fc.property(fc.array(packets), (list) => {
        let own = "";
        let expected = "";
        encodePackets(
          list,
          (encoded) => (own = encoded.join("\x1e")),
          () => {},
        );
        peer.encodePayload(list as peer.Packet[], (encoded) => (expected = encoded));
        expect(own).toBe(expected);
      }),
    );
  });

  it.each([new Uint8Array([1, 2]), new Uint8Array([1, 2]).buffer])(
    "what was transferred meanwhile is empty",
    (data) => {
      structuredClone(data, { transfer: [ArrayBuffer.isView(data) ? data.buffer : data] });
      expect(encodeOne({ type: "message", data }, false)).toBe("b");
    },
  );

  it("a Blob waits and keeps its place", async () => {
    const list: Packet[] = [
      { type: "message", data: "a" },
      { type: "message", data: new Blob(["bc"]) },
      { type: "message", data: "d" },
    ];
    const encoded = await new Promise((resolve, reject) => encodePackets(list, resolve, reject));
    expect(encoded).toEqual(["4a", "bYmM=", "4d"]);
    expect(encodeOne(list[1] as Packet, true)).toBe(list[1]?.data);
  });

  it("a Blob that cannot be read fails the write", async () => {
    const blob = Object.assign(new Blob(["x"]), { arrayBuffer: () => Promise.reject(new Error("gone")) });
    const encoded = new Promise((resolve, reject) => encodePackets([{ type: "message", data: blob }], resolve, reject));
    await expect(encoded).rejects.toThrow("gone");
  });
});

describe("the browser's half of the codec", () => {
  it("agrees with Buffer on base64", () => {
    fc.assert(
      fc.property(views, (data) => {
        const view = ArrayBuffer.isView(data)
          ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
          : Buffer.from(data);
        const text = browser.bytesToBase64(data);
        expect(text).toBe(view.toString("base64"));
        expect(Buffer.from(browser.base64ToBinary(text))).toEqual(view);
      }),
    );
  });

  it("delivers array buffers and blobs", async () => {
    const data = new Uint8Array([1, 2]).buffer;
    expect(browser.toBinaryType(data)).toBe(data);
    expect(browser.toBinaryType(new Uint8Array(data), "arraybuffer")).toBe(data);
    const blob = browser.toBinaryType(data, "blob") as Blob;
    expect(new Uint8Array(await blob.arrayBuffer())).toEqual(new Uint8Array([1, 2]));
    expect(browser.toBinaryType(blob, "blob")).toBe(blob);
  });

  it("throws on what is not base64", () => expect(() => browser.base64ToBinary("!")).toThrow());
});

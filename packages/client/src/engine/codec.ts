import { isBlob } from "../core/attachments.js";
import { base64ToBinary, bytesToBase64, toBinaryType } from "./globals.node.js";
import { decodePlain, encodePlain, PARSER_ERROR } from "./plain-codec.js";
import type { BinaryType, Packet, RawData } from "./types.js";

/** Encodes packets in order, binary as `b<base64>`. `done` is called at once unless a `Blob` has to be read first. */
export function encodePackets(
  packets: readonly Packet[],
  done: (encoded: string[]) => void,
  fail: (error: unknown) => void,
): void {
  const encoded = packets.map(encodeText);
  if (encoded.every((text) => typeof text === "string")) return done(encoded);
  // oxlint-disable-next-line promise/no-callback-in-promise, typescript/await-thenable -- only a Blob is asynchronous
  Promise.all(encoded).then(done, fail);
}

function encodeText(packet: Packet): string | Promise<string> {
  const data = encodePlain(packet);
  if (isBlob(data)) return data.arrayBuffer().then(encodeBytes);
  return typeof data === "string" ? data : encodeBytes(data);
}

function encodeBytes(bytes: ArrayBuffer | ArrayBufferView): string {
  // One that has been transferred to a worker since it was emitted has no bytes, and no view of it can be made.
  return "b" + (bytes.byteLength ? bytesToBase64(bytes) : "");
}

/** Never throws: what cannot be decoded is an `error` packet. */
export function decodePacket(encoded: RawData, binaryType?: BinaryType): Packet {
  if (typeof encoded !== "string" || encoded[0] !== "b") return decodePlain(encoded, binaryType);
  try {
    return { type: "message", data: toBinaryType(base64ToBinary(encoded.slice(1)), binaryType) };
  } catch {
    return PARSER_ERROR;
  }
}

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
  const reads: Promise<void>[] = [];
  const encoded = packets.map(encodePlain);
  encoded.forEach((data, i) => {
    const take = (bytes: ArrayBuffer | ArrayBufferView): void => {
      encoded[i] = "b" + bytesToBase64(bytes);
    };
    if (isBlob(data)) reads.push(data.arrayBuffer().then(take));
    else if (typeof data !== "string") take(data);
  });
  if (!reads.length) return done(encoded as string[]);
  // oxlint-disable-next-line promise/no-callback-in-promise -- only a Blob is asynchronous
  Promise.all(reads).then(() => done(encoded as string[]), fail);
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

import { isBlob, isBytes } from "../core/attachments.js";
import { bytesToBase64, base64ToBinary, toBinaryType } from "./globals.node.js";
import type { BinaryType, Packet, PacketType, RawData } from "./types.js";

/** Index = the digit on the wire (Engine.IO protocol v4, "Packet encoding"). */
const TYPES: readonly PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const PARSER_ERROR: Packet = { type: "error", data: "parser error" };

/**
 * Encodes packets in order. `done` is called at once unless a `Blob` has to be read first.
 *
 * @param supportsBinary false: binary becomes `b<base64>`
 */
export function encodePackets(
  packets: readonly Packet[],
  supportsBinary: boolean,
  done: (encoded: RawData[]) => void,
  fail: (error: unknown) => void,
): void {
  const reads: Promise<void>[] = [];
  const encoded = packets.map(({ type, data }, i): RawData => {
    if (isBytes(data)) return supportsBinary ? data : "b" + bytesToBase64(data);
    if (isBlob(data)) {
      if (!supportsBinary) reads.push(readBlob(data, (text) => (encoded[i] = text)));
      return data;
    }
    return TYPES.indexOf(type) + (data || "");
  });
  if (!reads.length) return done(encoded);
  // oxlint-disable-next-line promise/no-callback-in-promise -- only a Blob is asynchronous
  Promise.all(reads).then(() => done(encoded), fail);
}

async function readBlob(blob: Blob, take: (text: string) => void): Promise<void> {
  take("b" + bytesToBase64(await blob.arrayBuffer()));
}

/** Never throws: what cannot be decoded is an `error` packet. */
export function decodePacket(encoded: RawData, binaryType?: BinaryType): Packet {
  if (typeof encoded !== "string") return { type: "message", data: toBinaryType(encoded, binaryType) };
  if (encoded[0] === "b") {
    try {
      return { type: "message", data: toBinaryType(base64ToBinary(encoded.slice(1)), binaryType) };
    } catch {
      return PARSER_ERROR;
    }
  }
  const type = TYPES[encoded.charCodeAt(0) - 48];
  if (!type) return PARSER_ERROR;
  return encoded.length > 1 ? { type, data: encoded.slice(1) } : { type };
}

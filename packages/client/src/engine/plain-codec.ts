import { isBinary } from "../core/attachments.js";
import { toBinaryType } from "./globals.node.js";
import type { BinaryType, Packet, PacketType, RawData } from "./types.js";

/** Index = the digit on the wire (Engine.IO protocol v4, "Packet encoding"). */
const TYPES: readonly PacketType[] = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];

/** What could not be decoded. */
export const PARSER_ERROR: Packet = { type: "error", data: "parser error" };

/** Encodes a packet where binary travels as it is. */
export function encodePlain({ type, data }: Packet): RawData {
  return isBinary(data) ? (data as RawData) : `${TYPES.indexOf(type)}${(data as string) || ""}`;
}

/** Decodes a packet where binary travels as it is. Never throws: what cannot be decoded is an `error` packet. */
export function decodePlain(encoded: RawData, binaryType?: BinaryType): Packet {
  if (typeof encoded !== "string") return { type: "message", data: toBinaryType(encoded, binaryType) };
  const type = TYPES[encoded.charCodeAt(0) - 48];
  if (!type) return PARSER_ERROR;
  return encoded.length > 1 ? { type, data: encoded.slice(1) } : { type };
}

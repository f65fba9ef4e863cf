import { utf8Bytes } from "./globals.node.js";
import type { Packet, RawData } from "./types.js";

/** Bytes of a message on the wire, type character included, where binary travels as it is. */
export function wireBytes(data: RawData | undefined): number {
  if (data && typeof data === "object") return (data as Blob).size ?? (data as ArrayBuffer).byteLength;
  return 1 + utf8Bytes(`${(data as string | number) || ""}`); // programs send numbers
}

/** As {@link wireBytes} over HTTP, where binary travels as base64. */
export function textBytes(data: RawData | undefined): number {
  const bytes = wireBytes(data);
  return typeof data === "object" ? 1 + Math.ceil(bytes / 3) * 4 : bytes;
}

/**
 * How many of `packets` fit one polling body, at least one.
 *
 * @param maxBytes largest body
 */
export function countFitting(packets: readonly Packet[], maxBytes: number): number {
  let bytes = -1; // n packets have n - 1 separators
  const count = packets.findIndex(({ data }) => (bytes += 1 + textBytes(data)) > maxBytes);
  return count < 0 ? packets.length : count || 1;
}

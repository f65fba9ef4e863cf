import { utf8Bytes } from "./globals.node.js";
import type { Packet, PacketType, RawData } from "./types.js";

/**
 * Packets waiting for the transport, in order. The first `inFlight` of them are being written.
 *
 * @internal
 */
export class WriteQueue {
  pending: Packet[] = [];
  private inFlight = 0;

  /**
   * The packets for the next write: all, or as many as fit one polling body, at least one.
   *
   * @param maxBytes largest body, 0 for no limit
   */
  take(maxBytes: number): Packet[] {
    const { pending } = this;
    let count = pending.length;
    if (maxBytes) {
      let bytes = -1; // n packets have n - 1 separators
      count = pending.findIndex(({ data }) => (bytes += 1 + wireBytes(data, true)) > maxBytes);
      count = count < 0 ? pending.length : count || 1;
    }
    this.inFlight = count;
    return pending.slice(0, count);
  }

  /** Whether the last packet is of this type and has not begun to leave. */
  endsWith(type: PacketType): boolean {
    const { length } = this.pending;
    return length > this.inFlight && this.pending[length - 1]?.type === type;
  }

  /** Forgets what was written. */
  settle(): void {
    this.pending.splice(0, this.inFlight);
    this.inFlight = 0;
  }
}

/**
 * Bytes of a message packet on the wire, type character included.
 *
 * @param base64 whether binary travels as text, as it does over HTTP
 */
export function wireBytes(data: RawData | undefined, base64: boolean): number {
  if (typeof data === "object") {
    const bytes = "size" in data ? data.size : data.byteLength;
    return base64 ? 1 + Math.ceil(bytes / 3) * 4 : bytes;
  }
  return 1 + utf8Bytes(data ?? "");
}

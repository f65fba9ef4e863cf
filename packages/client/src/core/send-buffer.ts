import type { Packet } from "./packet.js";

/** What to drop when a packet does not fit: itself, or the oldest ones. */
export type BufferPolicy = "drop-newest" | "drop-oldest";

export interface BufferLimits {
  /** Packets kept while not connected. Default Infinity. */
  maxBufferedPackets?: number;
  /** Encoded bytes kept while not connected. Default Infinity. */
  maxBufferedBytes?: number;
  /** What gives way when the buffer is full. Default `drop-newest`. */
  bufferPolicy?: BufferPolicy;
}

/** Number and bytes of the packets a buffer was left with. It is measured anew when a program has changed the number. */
const totals = new WeakMap<Packet[], [count: number, bytes: number]>();

/**
 * Appends `packet` to `buffer`, where there is room.
 *
 * @param sizeOf encoded bytes; asked only when they are limited
 * @returns the packets that gave way; they are not in the buffer
 */
export function pushBounded(
  buffer: Packet[],
  packet: Packet,
  { maxBufferedPackets = Infinity, maxBufferedBytes = Infinity, bufferPolicy }: BufferLimits,
  sizeOf: (packet: Packet) => number,
): Packet[] {
  const dropped: Packet[] = [];
  let bytes = 0;
  if (maxBufferedBytes < Infinity) {
    const left = totals.get(buffer);
    const before = left?.[0] === buffer.length ? left[1] : buffer.reduce((sum, each) => sum + sizeOf(each), 0);
    bytes = before + sizeOf(packet);
  }
  buffer.push(packet);
  while (buffer.length > maxBufferedPackets || bytes > maxBufferedBytes) {
    const victim = (bufferPolicy === "drop-oldest" ? buffer.shift() : buffer.pop())!;
    bytes -= bytes && sizeOf(victim);
    dropped.push(victim);
    if (bufferPolicy !== "drop-oldest") break;
  }
  if (bytes) totals.set(buffer, [buffer.length, bytes]);
  return dropped;
}

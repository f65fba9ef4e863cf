import type { BroadcastOptions, BroadcastPacket } from "./types.js";

/** EVENT of the Socket.IO protocol v5, "Packet types". */
const EVENT = 2;

/**
 * Whether a client that misses a packet gets it when its session is restored, and so is to learn its position in the log: events
 * without acknowledgement that are not volatile.
 */
export function isRecoverable(
  packet: BroadcastPacket,
  opts: BroadcastOptions,
): packet is BroadcastPacket & { data: unknown[] } {
  return (
    packet.type === EVENT && packet.id === undefined && opts.flags?.volatile !== true && Array.isArray(packet.data)
  );
}

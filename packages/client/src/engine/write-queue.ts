import type { Packet, PacketType } from "./types.js";

/**
 * Packets waiting for the transport, in order. The first `inFlight` of them are being written.
 *
 * @internal
 */
export class WriteQueue {
  pending: Packet[] = [];
  private inFlight = 0;

  /** The first `count` packets, for the next write. */
  take(count: number): Packet[] {
    this.inFlight = count;
    return this.pending.slice(0, count);
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

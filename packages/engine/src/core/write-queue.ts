import { Fifo } from "@halyard/websocket/core";

/** Called when a packet has been handed to the network. */
export type SendCallback<T> = (transport: T) => void;

/**
 * Packets that wait for a writable transport, and the callbacks of packets on their way, in order.
 *
 * A callback belongs to the flush that took its packet: it runs when the transport reports that flush as sent.
 */
export class WriteQueue<P, T> {
  /** Packets not handed to a transport yet. */
  pending: P[] = [];
  /** Callbacks of `pending`. */
  pendingCallbacks: SendCallback<T>[] = [];
  /** Callbacks of the flushes the transport has not reported as sent. */
  private flushed: Fifo<SendCallback<T>[]> = new Fifo();
  private waitingBytes = 0;

  /** Bytes of `pending`, as counted by whoever pushed. */
  get bytes(): number {
    return this.waitingBytes;
  }

  /** Callbacks of the flushes the transport has not reported as sent, oldest first. */
  get inFlight(): readonly (readonly SendCallback<T>[])[] {
    return this.flushed.toArray();
  }

  push(packet: P, bytes: number, callback: SendCallback<T> | null): void {
    this.pending.push(packet);
    this.waitingBytes += bytes;
    if (callback !== null) this.pendingCallbacks.push(callback);
  }

  /** Moves all packets out; one {@link sent} must follow for each call. */
  take(): P[] {
    const packets = this.pending;
    this.pending = [];
    this.waitingBytes = 0;
    this.flushed.push(this.pendingCallbacks);
    this.pendingCallbacks = [];
    return packets;
  }

  /** @returns the callbacks of the oldest flush */
  sent(): readonly SendCallback<T>[] {
    return this.flushed.shift() ?? [];
  }

  dropCallbacks(): void {
    this.pendingCallbacks = [];
    this.flushed = new Fifo();
  }

  /** Empties in place: outsiders may hold `pending`. */
  dropPackets(): void {
    this.pending.length = 0;
    this.waitingBytes = 0;
  }
}

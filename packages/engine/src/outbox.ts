import { TickList } from "@halyard/websocket/core";
import { nextTick } from "@halyard/websocket/turn";
import { type SendCallback, WriteQueue } from "./core/write-queue.js";
import { logger } from "./log.js";
import { type EnginePacket, packetBytes } from "./packet.js";
import { throwLater } from "./throw-later.js";
import type { Transport } from "./transports/transport.js";

const debug = logger("engine:socket");

/** What they send leaves together with all else of the tick. */
const deferred: TickList<Outbox> = new TickList((outbox) => outbox.flushNow(), nextTick);

/** What an outbox asks of its session. */
export interface OutboxHost {
  readonly isClosed: boolean;
  readonly transport: Transport;
  onFlush(packets: EnginePacket[]): void;
  /** Nothing is queued any more. */
  onDrain(): void;
}

/** Packets of a session that wait for its transport, and the callbacks of those on their way. */
export class Outbox {
  readonly queue: WriteQueue<EnginePacket, Transport> = new WriteQueue();
  private isFlushDeferred = false;

  constructor(private readonly host: OutboxHost) {}

  get hasPending(): boolean {
    return this.queue.pending.length > 0;
  }

  private get canFlush(): boolean {
    return this.hasPending && !this.host.isClosed && this.host.transport.writable;
  }

  /** Queues a packet; it leaves as soon as the transport allows, with all others of its tick. */
  push(packet: EnginePacket, callback: SendCallback<Transport> | null): void {
    this.queue.push(packet, packetBytes(packet), callback);
    const { transport } = this.host;
    if (!transport.sendsOnce) {
      this.flushNow();
    } else if (!this.isFlushDeferred && transport.writable) {
      this.isFlushDeferred = true;
      deferred.add(this);
    }
  }

  /** Sends now what waits for the end of this tick alone. */
  flushDeferred(): void {
    if (!this.isFlushDeferred) return;
    try {
      this.flushNow();
    } catch (error) {
      throwLater(error); // of a listener; whoever closes the session goes on
    }
  }

  flushNow(): void {
    this.isFlushDeferred = false;
    if (!this.canFlush) return;
    debug("flushing buffer to transport");
    this.host.onFlush(this.queue.pending);
    if (this.canFlush) {
      this.host.transport.send(this.queue.take());
      this.host.onDrain();
    } // else a listener has sent, which flushed all, or ended the session
  }

  /** Answers a waiting poll, if need be with a packet that says nothing. */
  releasePoll(): void {
    const { transport } = this.host;
    if (this.hasPending) {
      this.flushNow();
    } else if (transport.sendsOnce && transport.writable) {
      debug("writing a noop packet to polling for fast upgrade");
      const packets = this.queue.take(); // none: but what is sent is reported as sent
      packets.push({ type: "noop" });
      transport.send(packets);
    }
  }

  /** The transport has sent what the oldest flush gave it. */
  onSent(): void {
    for (const callback of this.queue.sent()) {
      try {
        callback(this.host.transport);
      } catch (error) {
        throwLater(error); // those that left with it are told all the same
      }
    }
  }

  /** The session has ended. Packets stay for one tick: listeners of `close` may look at what was not sent. */
  end(): void {
    this.queue.dropCallbacks();
    nextTick(dropPackets, this.queue);
  }
}

function dropPackets(queue: WriteQueue<EnginePacket, Transport>): void {
  queue.dropPackets();
}

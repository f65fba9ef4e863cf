import type { PreparedMessage } from "@halyard/websocket/core";
import type { CloseReason } from "./core/close-reason.js";
import { OPEN, OPENING, type SessionState } from "./core/session-state.js";
import type { SendCallback } from "./core/write-queue.js";
import { BufferLimitError } from "./errors.js";
import { logger } from "./log.js";
import { Outbox, type OutboxHost } from "./outbox.js";
import {
  COMPRESS,
  DO_NOT_COMPRESS,
  type EnginePacket,
  type PacketOptions,
  type PacketType,
  type RawData,
  SharedPacketOptions,
} from "./packet.js";
import type { SendOptions, SessionHost } from "./session-host.js";
import type { Transport } from "./transports/transport.js";
import { WebSocketTransport } from "./transports/websocket.js";
import { WatchedEmitter } from "./watched-emitter.js";

const debug = logger("engine:socket");

/** Events that cost nothing while nobody listens; the bit of each is its index. */
const WATCHED = ["packet", "data", "message", "packetCreate", "flush", "drain"] as const;
export const PACKET = 1;
export const DATA_OR_MESSAGE: number = 2 | 4;
const PACKET_CREATE = 8;
const OUTGOING = 8 | 16 | 32;

/** What the outgoing half of a session asks of its server. */
export type SenderHost = Pick<SessionHost<never>, "maxBufferedAmount" | "watchesFlushes">;

/**
 * The outgoing half of a session, a part of it rather than an object of its own: messages pass here, and memory counts.
 * A packet goes straight into a WebSocket when nothing waits before it and nobody watches; else it takes its turn in an
 * outbox.
 */
export abstract class SessionSender extends WatchedEmitter implements OutboxHost {
  transport: Transport;
  protected readonly sessionHost: SenderHost;
  protected sessionState: SessionState = OPENING;
  /** `transport`, if messages may go straight into it. */
  protected direct: WebSocketTransport | null = null;
  /** Made when the first packet has to wait. */
  protected waiting: Outbox | null = null;

  constructor(host: SenderHost, transport: Transport) {
    super();
    this.sessionHost = host;
    this.transport = transport;
  }

  protected abstract endSession(reason: CloseReason, description?: unknown): void;
  abstract onFlush(packets: EnginePacket[]): void;
  abstract onDrain(): void;

  get isClosed(): boolean {
    return this.sessionState.tag === "closed";
  }

  /** Bytes that were sent here and have not been taken by the network. */
  get bufferedAmount(): number {
    return (this.waiting === null ? 0 : this.waiting.queue.bytes) + this.transport.bufferedAmount;
  }

  /** Whether the peer does not keep up with what is sent: the moment to drop what is volatile. */
  isCongested(): boolean {
    return this.transport.isCongested();
  }

  /** Sends a message; the shortest way, for callers that need neither callback nor options object. */
  sendMessage(data: string | Buffer, compress: boolean): void {
    const direct = this.fastLine();
    if (direct === null) {
      this.queuePacket("message", data, compress ? COMPRESS : DO_NOT_COMPRESS, null);
    } else {
      direct.sendMessage(data, compress);
    }
  }

  /**
   * Sends a message that goes to other sessions as well.
   *
   * @param message text: the packet, with its type (`4…`); binary: the bytes
   */
  sendPrepared(message: PreparedMessage, compress: boolean): void {
    const direct = this.fastLine();
    if (direct === null) {
      const data = typeof message.data === "string" ? message.data.slice(1) : message.data;
      this.queuePacket("message", data, new SharedPacketOptions(compress, message), null);
    } else {
      direct.sendPrepared(message, compress);
    }
  }

  /**
   * Sends a message. Ignored once the session is closing.
   *
   * @param data text or bytes; anything else is sent as its text, `null` and `undefined` as the empty text
   * @param callback called when the message has been handed to the network; never, if the session ends before
   */
  write(
    data: RawData,
    options?: SendOptions | SendCallback<Transport> | null,
    callback?: SendCallback<Transport>,
  ): this {
    if (typeof options === "function") return this.write(data, null, options);
    const compress = options?.compress !== false;
    const frame = options?.wsPreEncodedFrame;
    if (frame !== undefined) {
      this.queuePacket("message", data, { compress, wsPreEncodedFrame: frame }, callback ?? null);
    } else if (callback === undefined && typeof data === "string") {
      this.sendMessage(data, compress);
    } else {
      this.queuePacket("message", data, compress ? COMPRESS : DO_NOT_COMPRESS, callback ?? null);
    }
    return this;
  }

  /** The same as {@link write}. */
  send(
    data: RawData,
    options?: SendOptions | SendCallback<Transport> | null,
    callback?: SendCallback<Transport>,
  ): this {
    return this.write(data, options, callback);
  }

  sendPing(): void {
    debug("writing ping packet");
    const direct = this.fastLine();
    if (direct === null) {
      this.queuePacket("ping", undefined, DO_NOT_COMPRESS, null);
    } else {
      direct.sendPing();
    }
  }

  /** The transport to write into at once; `null` when a packet must take its turn or somebody wants to watch. */
  private fastLine(): WebSocketTransport | null {
    const { direct, sessionHost: host, waiting } = this;
    if (direct === null || this.sessionState !== OPEN || (this.watched & OUTGOING) !== 0 || host.watchesFlushes) {
      return null;
    }
    if ((waiting !== null && waiting.hasPending) || direct.bufferedAmount > host.maxBufferedAmount) return null;
    return direct;
  }

  protected sendPacket(type: PacketType, data: RawData, options: PacketOptions): void {
    const direct = this.fastLine();
    if (direct === null) {
      this.queuePacket(type, data, options, null);
    } else {
      direct.sendPacket({ type, data, options });
    }
  }

  private queuePacket(
    type: PacketType,
    data: RawData,
    options: PacketOptions,
    callback: SendCallback<Transport> | null,
  ): void {
    if (this.sessionState.tag === "closing" || this.sessionState.tag === "closed") return;
    const { bufferedAmount, transport } = this;
    if (bufferedAmount > this.sessionHost.maxBufferedAmount) {
      const error = new BufferLimitError(bufferedAmount, this.sessionHost.maxBufferedAmount);
      transport.condemn();
      this.endSession("max buffered amount exceeded", error);
      transport.abort();
      return;
    }
    const packet: EnginePacket = data === undefined ? { type, options } : { type, options, data };
    if ((this.watched & PACKET_CREATE) !== 0) this.emit("packetCreate", packet);
    this.outbox().push(packet, callback);
  }

  protected outbox(): Outbox {
    this.waiting ??= new Outbox(this);
    return this.waiting;
  }

  protected useTransport(transport: Transport): void {
    this.transport = transport;
    this.direct = transport instanceof WebSocketTransport ? transport : null;
  }

  protected override get watchedEvents(): readonly string[] {
    return WATCHED;
  }
}

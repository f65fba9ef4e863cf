import type { PreparedMessage } from "@halyard/websocket/core";
import type { IncomingMessage } from "node:http";
import type { CloseReason } from "./core/close-reason.js";
import * as Heartbeat from "./core/heartbeat.js";
import {
  nextSession,
  OPEN,
  OPENING,
  type ReadyState,
  type SessionEvent,
  type SessionState,
} from "./core/session-state.js";
import type { WheelItem } from "./core/timer-wheel.js";
import { type SendCallback, WriteQueue } from "./core/write-queue.js";
import { deferFlush, type Flushable } from "./deferred-flush.js";
import { BufferLimitError, TransportError } from "./errors.js";
import {
  COMPRESS,
  DO_NOT_COMPRESS,
  type EnginePacket,
  packetBytes,
  type PacketOptions,
  type PacketType,
  type RawData,
} from "./packet.js";
import type { EngineRequest } from "./request.js";
import type { Scheduler } from "./ticker.js";
import type { Transport, TransportName, TransportSink } from "./transports/transport.js";
import { WebSocketTransport } from "./transports/websocket.js";
import { Upgrade, type UpgradeHost } from "./upgrade.js";
import { WatchedEmitter } from "./watched-emitter.js";
import { logger } from "./log.js";

const debug = logger("engine:socket");

/** Direct delivery from a session, in place of the events `data` and `close`. */
export interface SessionSink {
  /** A message, in wire order. */
  onMessage(data: string | Buffer): void;
  /** Once, when the session has ended. */
  onClose(reason: CloseReason, description?: unknown): void;
}

/** What a session asks of its server. */
export interface SessionHost {
  readonly ticker: Scheduler;
  readonly timing: Heartbeat.HeartbeatTiming;
  readonly upgradeTimeoutMs: number;
  /** bytes that may wait for one peer */
  readonly maxBufferedAmount: number;
  /** whether somebody listens to `flush` or `drain` of the server */
  readonly watchesFlushes: boolean;
  /** Text of the open packet. */
  openPacketData(session: Socket, transport: TransportName): string;
  readonly initialPacket: RawData;
  onFlush(session: Socket, packets: EnginePacket[]): void;
  onDrain(session: Socket): void;
  onSessionClosed(session: Socket): void;
}

/** Options of {@link Socket.write}. */
export interface SendOptions {
  /** May be compressed, if the transport does and the message is long enough; default `true`. */
  compress?: boolean;
  /** Complete unmasked text frame of the message, used on a WebSocket that does not compress. */
  wsPreEncodedFrame?: Buffer | readonly Buffer[];
}

const WATCHED = ["packet", "data", "message", "packetCreate", "flush", "drain"] as const;
const PACKET = 1;
const DATA_OR_MESSAGE = 2 | 4;
const PACKET_CREATE = 8;
const OUTGOING = 8 | 16 | 32;
const NO_QUEUE: readonly never[] = [];

/**
 * A session: one peer, whatever transport carries it at the moment.
 *
 * Events: `open`, `packet`, `packetCreate`, `data` and `message`, `heartbeat`, `flush`, `drain`, `upgrading`,
 * `upgrade`, `close` (reason, description).
 */
export class Socket extends WatchedEmitter implements TransportSink, UpgradeHost, WheelItem, Flushable {
  readonly id: string;
  /** Revision of the protocol. */
  readonly protocol: 3 | 4;
  /** The request that opened the session. */
  readonly request: IncomingMessage;
  /** IP address of the peer; `undefined` where the transport has none (WebTransport, unix sockets). */
  readonly remoteAddress: string | undefined;
  transport: Transport;
  private readonly host: SessionHost;
  private state: SessionState = OPENING;
  private heartbeat: Heartbeat.HeartbeatState = Heartbeat.STOPPED;
  private upgrade: Upgrade | null = null;
  private sink: SessionSink | null = null;
  /** `transport`, while messages may go straight into it. */
  private direct: WebSocketTransport | null = null;
  private queue: WriteQueue<EnginePacket, Transport> | null = null;
  private isFlushDeferred = false;
  wheelSlot = -1;
  wheelIndex = 0;
  wheelDueMs = 0;

  constructor(
    id: string,
    host: SessionHost,
    transport: Transport,
    request: EngineRequest,
    remoteAddress: string | undefined,
  ) {
    super();
    this.id = id;
    this.protocol = transport.protocol;
    this.request = request;
    this.remoteAddress = remoteAddress;
    this.transport = transport;
    this.host = host;
    this.setTransport(transport);
  }

  /** `opening`, `open`, `closing` or `closed`. */
  get readyState(): ReadyState {
    return this.state.tag;
  }

  /** Whether another transport has taken over from the first. */
  get upgraded(): boolean {
    return this.upgrade !== null && this.upgrade.isUpgraded;
  }

  /** Whether another transport is being tried. */
  get upgrading(): boolean {
    return this.upgrade !== null && this.upgrade.isUpgrading;
  }

  /** Bytes that were sent here and have not been taken by the network. */
  get bufferedAmount(): number {
    return (this.queue === null ? 0 : this.queue.bytes) + this.transport.bufferedAmount;
  }

  /** Whether the peer does not keep up with what is sent: the moment to drop what is volatile. */
  isCongested(): boolean {
    return this.transport.isCongested();
  }

  /** @param sink `null` goes back to events alone */
  setSink(sink: SessionSink | null): void {
    this.sink = sink;
  }

  /** Sends a message; the shortest way, for callers that need neither callback nor options object. */
  sendMessage(data: string | Buffer, compress: boolean): void {
    const direct = this.fastLine();
    if (direct === null) {
      this.sendPacket("message", data, compress ? COMPRESS : DO_NOT_COMPRESS, null);
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
      this.sendPacket("message", data, { compress, prepared: message }, null);
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
    if (typeof options === "function") {
      return this.write(data, null, options);
    }
    const compress = options?.compress !== false;
    const frame = options?.wsPreEncodedFrame;
    if (frame === undefined && callback === undefined && typeof data === "string") {
      this.sendMessage(data, compress);
    } else {
      const plain = compress ? COMPRESS : DO_NOT_COMPRESS;
      this.sendPacket(
        "message",
        data,
        frame === undefined ? plain : { compress, wsPreEncodedFrame: frame },
        callback ?? null,
      );
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

  /**
   * Ends the session, once what was sent has left.
   *
   * @param discard give up what is still queued
   */
  close(discard?: boolean): void {
    this.step({ type: "close", discard: discard === true, hasPending: this.hasPending });
  }

  /** For the server: the session is known by its id and may begin. */
  open(): void {
    this.step({ type: "opened" });
    this.transport.sid = this.id;
    const data = this.host.openPacketData(this, this.transport.name);
    this.sendPacket("open", data, COMPRESS, null);
    this.flushNow();
    if (this.host.initialPacket) {
      this.sendPacket("message", this.host.initialPacket, COMPRESS, null);
    }
    this.emit("open");
    if (this.state.tag !== "closed") {
      const nowMs = this.ticker.nowMs();
      this.setHeartbeat(Heartbeat.startHeartbeat(this.protocol, nowMs, this.host.timing));
    }
  }

  /** For the server: a second connection of the same peer, to upgrade to. */
  offer(candidate: Transport): void {
    if (!this.transport.sendsOnce && this.upgrade === null) {
      candidate.close(); // began on a transport above which there is none: nothing to upgrade to
      return;
    }
    this.upgrade ??= new Upgrade(this);
    candidate.sid = this.id;
    this.upgrade.offer(candidate);
  }

  // What the transport tells.

  onTransportMessage(data: string | Buffer): void {
    if (this.state !== OPEN) {
      debug("packet received with closed socket");
      return;
    }
    if (this.heartbeat.tag === "awaiting-pong" && !this.heartbeat.extended) {
      this.beat("other-packet");
    }
    if ((this.watched & PACKET) !== 0) {
      this.emit("packet", { type: "message", data });
    }
    this.sink?.onMessage(data);
    if ((this.watched & DATA_OR_MESSAGE) !== 0) {
      this.emit("data", data);
      this.emit("message", data);
    }
  }

  onTransportPacket(packet: EnginePacket): void {
    if (this.state !== OPEN) {
      debug("packet received with closed socket");
      return;
    }
    if ((this.watched & PACKET) !== 0) {
      this.emit("packet", packet);
    }
    const { type } = packet;
    if (type === (this.protocol === 4 ? "pong" : "ping")) {
      this.beat(type === "pong" ? "pong" : "ping");
      if (type === "ping") {
        this.sendPacket("pong", packet.data, COMPRESS, null);
      }
      this.emit("heartbeat");
    } else if (type === "ping" || type === "pong") {
      this.onTransportError(new TransportError("invalid heartbeat direction"));
    } else if (type === "error") {
      this.end("parse error");
    } else {
      this.beat("other-packet");
    }
  }

  onTransportReady(): void {
    this.flushNow();
  }

  onTransportDrain(): void {
    const callbacks = this.queue === null ? NO_QUEUE : this.queue.sent();
    for (const callback of callbacks) {
      callback(this.transport);
    }
  }

  onTransportError(error: TransportError): void {
    debug("transport error");
    this.end("transport error", error);
  }

  onTransportClose(description?: Error): void {
    this.end("transport close", description);
  }

  // What the clock and the upgrade tell.

  onDue(): void {
    this.beat("tick");
  }

  get ticker(): Scheduler {
    return this.host.ticker;
  }

  get upgradeTimeoutMs(): number {
    return this.host.upgradeTimeoutMs;
  }

  get isClosed(): boolean {
    return this.state.tag === "closed";
  }

  onUpgrading(candidate: Transport): void {
    this.emit("upgrading", candidate);
  }

  releasePoll(): void {
    if (this.hasPending) {
      this.flushNow();
    } else if (this.transport.sendsOnce && this.transport.writable) {
      debug("writing a noop packet to polling for fast upgrade");
      this.outbox().inFlight.push([]);
      this.transport.send([{ type: "noop" }]);
    }
  }

  switchTo(candidate: Transport): void {
    const old = this.transport;
    old.discard();
    old.release();
    this.setTransport(candidate);
    this.emit("upgrade", candidate);
    this.flushNow();
    if (this.state.tag === "closing") {
      candidate.close(() => this.end("forced close"));
    }
  }

  flushNow(): void {
    this.isFlushDeferred = false;
    const { queue, transport } = this;
    if (queue === null || queue.pending.length === 0 || this.isClosed || !transport.writable) {
      return;
    }
    debug("flushing buffer to transport");
    const packets = queue.pending;
    this.emit("flush", packets);
    this.host.onFlush(this, packets);
    transport.send(queue.take());
    this.emit("drain");
    this.host.onDrain(this);
    this.step({ type: "drained" });
  }

  /** The transport to write a message into at once; `null` when it must take its turn or somebody wants to watch. */
  private fastLine(): WebSocketTransport | null {
    const { direct } = this;
    if (
      direct === null ||
      this.state !== OPEN ||
      (this.watched & OUTGOING) !== 0 ||
      this.host.watchesFlushes ||
      this.hasPending
    ) {
      return null;
    }
    if (direct.bufferedAmount > this.host.maxBufferedAmount) {
      this.overflow();
      return null;
    }
    return direct;
  }

  private get hasPending(): boolean {
    return this.queue !== null && this.queue.pending.length > 0;
  }

  private outbox(): WriteQueue<EnginePacket, Transport> {
    this.queue ??= new WriteQueue();
    return this.queue;
  }

  private sendPacket(
    type: PacketType,
    data: RawData,
    options: PacketOptions,
    callback: SendCallback<Transport> | null,
  ): void {
    if (this.state.tag === "closing" || this.state.tag === "closed") {
      return;
    }
    if (this.bufferedAmount > this.host.maxBufferedAmount) {
      this.overflow();
      return;
    }
    const packet: EnginePacket = data === undefined ? { type, options } : { type, options, data };
    if ((this.watched & PACKET_CREATE) !== 0) {
      this.emit("packetCreate", packet);
    }
    this.outbox().push(packet, packetBytes(packet), callback);
    if (!this.transport.sendsOnce) {
      this.flushNow();
    } else if (!this.isFlushDeferred && this.transport.writable) {
      this.isFlushDeferred = true;
      deferFlush(this);
    }
  }

  private overflow(): void {
    this.end("max buffered amount exceeded", new BufferLimitError(this.bufferedAmount, this.host.maxBufferedAmount));
  }

  private beat(event: Heartbeat.HeartbeatEvent): void {
    const { state, action } = Heartbeat.nextHeartbeat(this.heartbeat, event, this.ticker.nowMs(), this.host.timing);
    if (state !== this.heartbeat || event === "tick") {
      this.setHeartbeat(state);
    }
    if (action === "send-ping") {
      debug("writing ping packet - expecting pong within %sms", this.host.timing.pingTimeoutMs);
      this.sendPing();
    } else if (action === "expire") {
      this.end("ping timeout");
    }
  }

  private sendPing(): void {
    const direct = this.fastLine();
    if (direct === null) {
      this.sendPacket("ping", undefined, DO_NOT_COMPRESS, null);
    } else {
      direct.sendPing();
    }
  }

  private setHeartbeat(state: Heartbeat.HeartbeatState): void {
    this.heartbeat = state;
    const dueMs = Heartbeat.heartbeatDueMs(state);
    if (dueMs === Infinity) {
      this.ticker.cancel(this);
    } else {
      this.ticker.schedule(this, dueMs);
    }
  }

  private setTransport(transport: Transport): void {
    this.transport = transport;
    this.direct = transport instanceof WebSocketTransport ? transport : null;
    transport.setSink(this);
  }

  private step(event: SessionEvent): void {
    const { state, action } = nextSession(this.state, event);
    this.state = state;
    if (action === "close-transport" || action === "discard-transport") {
      debug("closing the transport (discard? %s)", action === "discard-transport");
      if (action === "discard-transport") {
        this.transport.discard();
      }
      this.transport.close(() => this.end("forced close"));
    }
  }

  private end(reason: CloseReason, description?: unknown): void {
    const { state, action } = nextSession(this.state, { type: "ended", reason });
    this.state = state;
    if (action !== "release") {
      return;
    }
    this.setHeartbeat(Heartbeat.STOPPED);
    this.upgrade?.abandon();
    this.queue?.dropCallbacks();
    this.host.onSessionClosed(this);
    this.transport.release();
    this.sink?.onClose(reason, description);
    this.emit("close", reason, description);
    if (this.queue !== null) {
      // Listeners of `close` may look at what was not sent.
      process.nextTick(dropPackets, this.queue);
    }
  }

  protected override get watchedEvents(): readonly string[] {
    return WATCHED;
  }

  // Compatibility: names reached from outside. Views of the real owner, no state here.
  get writeBuffer(): EnginePacket[] {
    return this.outbox().pending;
  }
  get packetsFn(): readonly SendCallback<Transport>[] {
    return this.outbox().pendingCallbacks;
  }
  get sentCallbackFn(): readonly (readonly SendCallback<Transport>[])[] {
    return this.outbox().inFlight;
  }
  get server(): SessionHost {
    return this.host;
  }
  onError(message: string): void {
    this.onTransportError(new TransportError(message));
  }
  _maybeUpgrade(candidate: Transport): void {
    this.offer(candidate);
  }
}

function dropPackets(queue: WriteQueue<EnginePacket, Transport>): void {
  queue.dropPackets();
}

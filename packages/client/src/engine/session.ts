import { Emitter, type NoEvents } from "../emitter.js";
import { listen } from "../listen.js";
import { EXPIRED, IDLE, nextDeadline } from "./core/heartbeat.js";
import { MAX_TIMER_MS, readOpenPacket } from "./core/open-packet.js";
import { WriteQueue } from "./write-queue.js";
import { defaultBinaryType, installCookieJar, nextTick, startTimer } from "./globals.node.js";
import type { CookieJar } from "./node/cookie-jar.js";
import { completeOptions } from "./complete-options.js";
import type { SocketOptions, TransportCtor } from "./options.js";
import type { SocketReservedEvents, SocketState, WriteCallback } from "./socket-events.js";
import { installTimerFunctions } from "./timers.js";
import type { Transport, TransportOptions } from "./transports/transport.js";
import type { BinaryType, CloseDetails, HandshakeData, Packet, PacketType, RawData, WriteOptions } from "./types.js";

/** Revision of the Engine.IO protocol. */
export const PROTOCOL = 4;

/** An Engine.IO session over the transport that a subclass gives it: handshake, heartbeat, messages, close. */
export class Session extends Emitter<NoEvents, NoEvents, SocketReservedEvents> {
  static get protocol(): number {
    return PROTOCOL;
  }

  /** The sid, while open. */
  id: string | undefined;
  declare transport: Transport;
  binaryType: BinaryType = defaultBinaryType;
  readyState: SocketState = "closed";
  readonly opts: TransportOptions;
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: string | number;
  declare readonly cookieJar?: CookieJar;

  declare readonly setTimeoutFn: typeof setTimeout;
  declare readonly clearTimeoutFn: typeof clearTimeout;
  private readonly writeQueue: WriteQueue = new WriteQueue();
  /** Longest time between two pings; known once open. */
  declare private heartbeatMs: number;
  private heartbeatTimer: unknown;
  /** Bytes the server accepts at once. */
  private maxPayloadBytes = Infinity;
  private stopListening: readonly (() => void)[] | undefined;
  /** Set when listeners hear of the error that ends the session: it is the reason, whoever closes meanwhile. */
  declare private isFailing: boolean | undefined;

  constructor(uri: string | null | undefined, options: SocketOptions) {
    super();
    installTimerFunctions(this, options);
    const opts = (this.opts = completeOptions(uri, options));
    this.secure = opts.secure as boolean;
    this.hostname = opts.hostname as string;
    this.port = opts.port as string;
    installCookieJar(this);
  }

  /** Sends a message; ignored once closing. `callback` is called when it was handed to the transport. */
  send(data: RawData, options?: WriteOptions | WriteCallback | null, callback?: WriteCallback): this {
    return this.write(data, options, callback);
  }

  /** As {@link send}. */
  write(data: RawData, options?: WriteOptions | WriteCallback | null, callback?: WriteCallback): this {
    if (typeof options === "function") {
      callback = options;
      options = null;
    }
    const error = this.opts.refuseOversized && this.checkSize(data);
    if (!error) this._sendPacket("message", data, options, callback);
    else if (callback) callback(error);
    else this.emitReserved("error", error);
    return this;
  }

  /** @internal Why the server would refuse this message: it is above the `maxPayload` the server announced. Null if it may be sent. */
  checkSize(data: RawData): RangeError | null {
    const limit = this.maxPayloadBytes;
    // Neither a character nor an item of a typed array takes 16 bytes, be it as base64: most messages need no counting.
    const bytes = (data as string).length * 16 < limit ? 0 : this.transport.sizeOf?.(data);
    return bytes > limit
      ? new RangeError(`message of ${bytes} bytes exceeds the maxPayload of the server, ${limit} bytes`)
      : null;
  }

  /** Closes when everything written has left and a running upgrade has ended. */
  close(): this {
    // opening or open
    if (this.readyState.startsWith("open") && !this.isFailing) {
      this.readyState = "closing";
      this.finishClose();
    }
    return this;
  }

  /** @internal */
  protected makeTransport(ctor: TransportCtor): Transport {
    const { opts } = this;
    const { name } = ctor.prototype;
    const query: Record<string, unknown> = { ...opts.query, EIO: PROTOCOL, transport: name };
    if (this.id) query["sid"] = this.id;
    return new ctor({ ...opts, query, socket: this, ...opts.transportOptions?.[name] }) as Transport;
  }

  /** @internal Connects by this transport, or by another one than before. */
  protected start(ctor: TransportCtor): void {
    this.readyState = "opening";
    const transport = this.makeTransport(ctor);
    this.stopListening ??= [
      // Silently: no event, no reconnection of a page that goes away.
      listen(this.opts.closeOnBeforeunload && globalThis, "beforeunload", () => this.dropTransport()),
      listen(this.hostname !== "localhost" && globalThis, "offline", () =>
        this._onClose("transport close", { description: "network connection lost" }),
      ),
    ];
    this.setTransport(transport);
    transport.open();
  }

  /** @internal */
  protected setTransport(transport: Transport): void {
    this.transport?.removeAllListeners();
    this.transport = transport;
    transport.on("drain", () => this.onDrain());
    transport.on("packet", (packet) => this._onPacket(packet));
    transport.on("error", (error) => this._onError(error));
    transport.on("close", (details) => this._onClose("transport close", details));
  }

  /** @internal */
  protected dropTransport(): void {
    this.transport?.removeAllListeners();
    this.transport?.close();
  }

  /** Called with the names the server offers, once the session is open. */
  protected onOpen(_upgrades: readonly string[]): void {
    // A program that closed while connecting still wants what it wrote to leave.
    if (this.readyState === "opening") this.readyState = "open";
    this.emitReserved("open");
    this.flush();
    this.finishClose();
  }

  /** The open packet comes first and once; nothing of the session comes before it. */
  private onHandshake(text: unknown): void {
    let data: HandshakeData;
    try {
      if (this.id) throw new Error("unexpected open packet");
      data = readOpenPacket(text);
    } catch (error) {
      return this._onError(error as Error);
    }
    this.emitReserved("handshake", data);
    this.id = this.transport.query["sid"] = data.sid;
    this.heartbeatMs = Math.min(data.pingInterval + data.pingTimeout, MAX_TIMER_MS);
    this.maxPayloadBytes = data.maxPayload || Infinity;
    this.onOpen(data.upgrades);
    this.resetPingTimeout();
  }

  private resetPingTimeout(): void {
    const { readyState } = this;
    // While closing, pings do not prolong the wait for a server that takes nothing.
    if (readyState === "closed" || (readyState === "closing" && this._pingTimeoutTime < IDLE)) return;
    this.clearTimeoutFn(this.heartbeatTimer as never);
    this._pingTimeoutTime = nextDeadline(this._pingTimeoutTime, Date.now(), this.heartbeatMs);
    this.heartbeatTimer = startTimer(this, () => this._onClose("ping timeout"), this.heartbeatMs);
  }

  private onDrain(): void {
    this.writeQueue.settle();
    if (this.writeBuffer.length) return this.flush();
    this.emitReserved("drain");
    this.finishClose();
  }

  protected flush(): void {
    const { writeQueue, transport, writeBuffer } = this;
    if (this.readyState === "closed" || !transport.writable || !writeBuffer.length) return;
    // Transports of engine.io-client cannot count: one packet fits always.
    transport.send(writeQueue.take(transport.countFitting?.(writeBuffer, this.maxPayloadBytes) ?? 1));
    this.emitReserved("flush");
  }

  /** @internal */
  protected finishClose(): void {
    if (this.readyState === "closing" && !this.writeBuffer.length) this._onClose("forced close");
  }

  /** @internal The session has closed. */
  protected abandonUpgrade(): void {}

  // Compatibility: names reached from outside
  get writeBuffer(): Packet[] {
    return this.writeQueue.pending;
  }

  /** When the next ping is overdue, in ms since the epoch: state of the heartbeat. */
  _pingTimeoutTime: number = IDLE;

  /** Whether the server has been silent for too long and a frozen timer has not said so yet; then the session is closed. */
  _hasPingExpired(): boolean {
    this._pingTimeoutTime = nextDeadline(this._pingTimeoutTime, Date.now());
    const isExpired = this._pingTimeoutTime === EXPIRED;
    if (isExpired) nextTick(() => this._onClose("ping timeout"));
    return isExpired;
  }

  _sendPacket(type: PacketType, data?: RawData, options?: WriteOptions | null, callback?: WriteCallback): void {
    if (this.readyState === "closing" || this.readyState === "closed") return;
    const packet: Packet = { type, data, options: { compress: options?.compress !== false } };
    this.emitReserved("packetCreate", packet);
    this.writeBuffer.push(packet);
    if (callback) this.once("flush", callback);
    this.flush();
  }

  _onPacket(packet: Packet): void {
    if (this.readyState === "closed") return;
    const { type, data } = packet;
    this.emitReserved("packet", packet);
    this.emitReserved("heartbeat");
    if (type === "open") return this.onHandshake(data);
    if (type === "error" || !this.id) {
      const code = type === "error" ? data : "packet before the open packet";
      return this._onError(Object.assign(new Error("server error"), { code }));
    }
    if (type === "ping") {
      // Held back while this process slept: the server has given up on the session.
      if (this._hasPingExpired()) return;
      // One answer waits at most, however many pings a server piles up.
      if (!this.writeQueue.endsWith("pong")) this._sendPacket("pong");
      this.emitReserved("ping");
      this.emitReserved("pong");
      this.resetPingTimeout();
    } else if (type === "message") {
      this.emitReserved("data", data);
      this.emitReserved("message", data);
    }
  }

  _onError(error: Error): void {
    this.isFailing = true;
    try {
      this.emitReserved("error", error);
    } finally {
      this._onClose("transport error", error);
    }
  }

  _onClose(reason: string, description?: CloseDetails | Error): void {
    if (this.readyState === "closed") return;
    this.clearTimeoutFn(this.heartbeatTimer as never);
    this._pingTimeoutTime = IDLE;
    this.dropTransport();
    this.stopListening?.forEach((stop) => stop());
    this.readyState = "closed";
    this.id = undefined;
    this.abandonUpgrade();
    this.emitReserved("close", reason, description);
    // Afterwards and another list, so that listeners of `close` see what was not sent, and may keep it.
    this.writeQueue.pending = [];
  }
}

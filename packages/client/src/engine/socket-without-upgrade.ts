import { Emitter, type NoEvents } from "../emitter.js";
import { IDLE, nextHeartbeat, type HeartbeatState } from "./core/heartbeat.js";
import { MAX_TIMER_MS, readOpenPacket } from "./core/open-packet.js";
import { wireBytes, WriteQueue } from "./write-queue.js";
import { createCookieJar, defaultBinaryType, nextTick } from "./globals.node.js";
import type { CookieJar } from "./node/cookie-jar.js";
import { completeOptions } from "./complete-options.js";
import type { SocketOptions, TransportCtor } from "./options.js";
import type { SocketReservedEvents, SocketState, WriteCallback } from "./socket-events.js";
import { installTimerFunctions } from "./timers.js";
import type { Transport, TransportOptions } from "./transports/transport.js";
import type { BinaryType, CloseDetails, HandshakeData, Packet, PacketType, RawData, WriteOptions } from "./types.js";

/** Revision of the Engine.IO protocol. */
export const PROTOCOL = 4;

/** An Engine.IO session over one transport. It connects at once. */
export class SocketWithoutUpgrade extends Emitter<NoEvents, NoEvents, SocketReservedEvents> {
  /** Whether the last session had a WebSocket; read with `rememberUpgrade`. */
  declare static priorWebsocketSuccess: boolean;
  static get protocol(): number {
    return PROTOCOL;
  }

  /** The sid, while open. */
  id: string | undefined;
  declare transport: Transport;
  binaryType: BinaryType;
  readyState: SocketState;
  readonly opts: TransportOptions;
  readonly secure: boolean;
  readonly hostname: string;
  readonly port: string | number;
  readonly cookieJar: CookieJar | undefined;

  declare protected setTimeoutFn: typeof setTimeout;
  declare protected clearTimeoutFn: typeof clearTimeout;
  private readonly transportsByName: Map<string, TransportCtor>;
  private readonly queue: WriteQueue;
  private heartbeat: HeartbeatState;
  private heartbeatMs: number;
  private heartbeatTimer: ReturnType<typeof setTimeout> | undefined;
  /** Bytes the server accepts at once, 0 for no limit. */
  private maxPayloadBytes: number;

  /** @param uri or the options, which then have `host` or `hostname` */
  constructor(uri?: string | SocketOptions | null, options: SocketOptions = {}) {
    super();
    if (uri && typeof uri === "object") {
      options = uri;
      uri = null;
    }
    installTimerFunctions(this, options);
    this.binaryType = defaultBinaryType;
    this.readyState = "closed";
    this.queue = new WriteQueue();
    this.heartbeat = IDLE;
    this.heartbeatMs = this.maxPayloadBytes = 0;
    const opts = (this.opts = completeOptions(uri || undefined, options));
    this.secure = opts.secure as boolean;
    this.hostname = opts.hostname as string;
    this.port = opts.port as string;
    this.transportsByName = new Map();
    for (const ctor of (options.transports ?? []) as TransportCtor[])
      this.transportsByName.set(ctor.prototype.name, ctor);
    this.cookieJar = opts.withCredentials ? createCookieJar() : undefined;
    this.watchPage("addEventListener");
    this.connect();
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
    if (error) {
      if (callback) callback(error);
      else this.emitReserved("error", error);
      return this;
    }
    this._sendPacket("message", data, options, callback);
    return this;
  }

  /** @internal Why the server would refuse this message: it is above the `maxPayload` the server announced. Null if it may be sent. */
  checkSize(data: RawData): RangeError | null {
    const bytes = this.maxPayloadBytes && wireBytes(data, this.transport.name === "polling");
    return bytes > this.maxPayloadBytes
      ? new RangeError(`message of ${bytes} bytes exceeds the maxPayload of the server, ${this.maxPayloadBytes} bytes`)
      : null;
  }

  /** Closes when everything written has left and a running upgrade has ended. */
  close(): this {
    if (this.readyState === "opening" || this.readyState === "open") {
      this.readyState = "closing";
      this.finishClose();
    }
    return this;
  }

  /** Names of the transports that may be used, in order. */
  get transports(): string[] {
    return [...this.transportsByName.keys()];
  }

  /** Whether packets wait for an upgrade to end. */
  get upgrading(): boolean {
    return false;
  }

  /** @internal The session has closed. */
  protected abandonUpgrade(): void {}

  protected createTransport(name: string): Transport {
    const { opts } = this;
    const ctor = this.transportsByName.get(name) as TransportCtor;
    const query: Record<string, unknown> = { ...opts.query, EIO: PROTOCOL, transport: name };
    if (this.id) query["sid"] = this.id;
    return new ctor({ ...opts, query, socket: this, ...opts.transportOptions?.[name] }) as Transport;
  }

  private connect(): void {
    const { transports } = this;
    const [first] = transports;
    if (!first) {
      // Quirk: a string. Later, so that somebody listens.
      this.setTimeoutFn(() => this.emitReserved("error", "No transports available"), 0);
      return;
    }
    const isRemembered =
      this.opts.rememberUpgrade && SocketWithoutUpgrade.priorWebsocketSuccess && transports.includes("websocket");
    this.readyState = "opening";
    const transport = this.createTransport(isRemembered ? "websocket" : first);
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

  /** Called with the names the server offers, once the session is open. */
  protected onOpen(_upgrades: readonly string[]): void {
    SocketWithoutUpgrade.priorWebsocketSuccess = this.transport.name === "websocket";
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
    this.maxPayloadBytes = data.maxPayload || 0;
    this.onOpen(data.upgrades);
    this.resetPingTimeout();
  }

  private resetPingTimeout(): void {
    const { readyState } = this;
    // While closing, pings do not prolong the wait for a server that takes nothing.
    if (readyState === "closed" || (readyState === "closing" && this.heartbeat.tag === "waiting")) return;
    this.clearTimeoutFn(this.heartbeatTimer);
    this.heartbeat = nextHeartbeat(this.heartbeat, { type: "beat", nowMs: Date.now(), periodMs: this.heartbeatMs });
    const timer = this.setTimeoutFn(() => this._onClose("ping timeout"), this.heartbeatMs);
    this.heartbeatTimer = timer;
    if (this.opts.autoUnref) (timer as { unref?(): void }).unref?.();
  }

  private onDrain(): void {
    const { queue } = this;
    queue.settle();
    if (queue.pending.length) return this.flush();
    this.emitReserved("drain");
    this.finishClose();
  }

  protected flush(): void {
    const { queue, transport } = this;
    if (this.readyState === "closed" || !transport.writable || this.upgrading || !queue.pending.length) return;
    transport.send(queue.take(transport.name === "polling" ? this.maxPayloadBytes : 0));
    this.emitReserved("flush");
  }

  /** @internal */
  protected finishClose(): void {
    if (this.readyState === "closing" && !this.queue.pending.length && !this.upgrading) this._onClose("forced close");
  }

  private watchPage(verb: "addEventListener" | "removeEventListener"): void {
    const watch = globalThis[verb] as typeof globalThis.addEventListener | undefined;
    if (this.opts.closeOnBeforeunload) watch?.("beforeunload", this.onBeforeunload);
    if (this.hostname !== "localhost") watch?.("offline", this.onOffline);
  }

  private readonly onBeforeunload = (): void => {
    // Silently: no event, no reconnection of a page that goes away.
    this.transport?.removeAllListeners();
    this.transport?.close();
  };

  private readonly onOffline = (): void => {
    this._onClose("transport close", { description: "network connection lost" });
  };

  // Compatibility: names reached from outside
  get writeBuffer(): Packet[] {
    return this.queue.pending;
  }

  /** When the next ping is overdue, in ms since the epoch; 0 once it was. */
  get _pingTimeoutTime(): number {
    const { heartbeat } = this;
    return heartbeat.tag === "waiting" ? heartbeat.deadlineMs : heartbeat.tag === "idle" ? Infinity : 0;
  }

  set _pingTimeoutTime(deadlineMs: number) {
    this.heartbeat = { tag: "waiting", deadlineMs };
  }

  /** Whether the server has been silent for too long and a frozen timer has not said so yet; then the session is closed. */
  _hasPingExpired(): boolean {
    const before = this.heartbeat;
    this.heartbeat = nextHeartbeat(before, { type: "check", nowMs: Date.now() });
    const isExpired = this.heartbeat.tag === "expired";
    if (isExpired && before !== this.heartbeat) nextTick(() => this._onClose("ping timeout"), this.setTimeoutFn);
    return isExpired;
  }

  _sendPacket(type: PacketType, data?: RawData, options?: WriteOptions | null, callback?: WriteCallback): void {
    if (this.readyState === "closing" || this.readyState === "closed") return;
    const packet: Packet = { type, data, options: { compress: options?.compress !== false } };
    this.emitReserved("packetCreate", packet);
    this.queue.pending.push(packet);
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
      // One answer waits at most, however many pings a server piles up.
      if (!this.queue.endsWith("pong")) this._sendPacket("pong");
      this.emitReserved("ping");
      this.emitReserved("pong");
      this.resetPingTimeout();
    } else if (type === "message") {
      this.emitReserved("data", data);
      this.emitReserved("message", data);
    }
  }

  _onError(error: Error): void {
    SocketWithoutUpgrade.priorWebsocketSuccess = false;
    if (this.opts.tryAllTransports && this.readyState === "opening" && this.transports.length > 1) {
      this.transportsByName.delete(this.transport.name);
      this.transport.removeAllListeners();
      this.transport.close();
      return this.connect();
    }
    this.emitReserved("error", error);
    this._onClose("transport error", error);
  }

  _onClose(reason: string, description?: CloseDetails | Error): void {
    if (this.readyState === "closed") return;
    this.clearTimeoutFn(this.heartbeatTimer);
    this.heartbeat = nextHeartbeat(this.heartbeat, { type: "stop" });
    this.transport.removeAllListeners();
    this.transport.close();
    this.watchPage("removeEventListener");
    this.readyState = "closed";
    this.id = undefined;
    this.abandonUpgrade();
    this.emitReserved("close", reason, description);
    // Afterwards, so that listeners of `close` still see what was not sent.
    this.queue.take(0);
    this.queue.settle();
  }
}

import { explainClose } from "./core/close-details.js";
import {
  CLOSED,
  nextConnection,
  type ConnectionAction,
  type ConnectionEvent,
  type ConnectionState,
} from "./core/connection.js";
import type { Packet } from "./core/packet.js";
import { wireBytes } from "./engine/wire-bytes.js";
import type { Session as Engine } from "./engine/session.js";
import { installTimerFunctions, startTimer } from "./engine/timers.js";
import type { RawData } from "./engine/types.js";
import type { AnyListener, DefaultEventsMap, EventsMap } from "./events.js";
import { createInbox, type Inbox } from "./inbox.js";
import { ManagerSettings, type ManagerOptions } from "./manager-settings.js";
import { Decoder, Encoder, type PacketDecoder, type PacketEncoder } from "./parser.js";
import type { DisconnectDescription, SocketOptions } from "./socket-types.js";
import { Socket } from "./socket.js";
import { onWakeUp } from "./wake-up.js";

declare module "./socket-types.js" {
  // The host of a socket is its manager: `socket.io` has all of its members.
  interface SocketHost<L extends EventsMap, E extends EventsMap> extends BareManager<L, E> {}
}

/** A class of engine clients. */
export type EngineClass = new (uri: string, options: Partial<ManagerOptions>) => Engine;

/** Arguments of one event or acknowledgement. More would be a way to make us call a function with a million. */
const MAX_ARGUMENTS = 1000;

/** Holds one connection and the sockets that share it; told which engine client to use. */
export class BareManager<
  // oxlint-disable-next-line no-unused-vars -- named by programs
  ListenEvents extends EventsMap = DefaultEventsMap,
  // oxlint-disable-next-line no-unused-vars -- named by programs
  EmitEvents extends EventsMap = ListenEvents,
> extends ManagerSettings {
  /** The engine client of the current connection, or of the last one. */
  engine!: Engine;
  readonly uri: string;
  /** Read at each connection: programs change `query`, `extraHeaders` and others between two. */
  opts: Partial<ManagerOptions>;
  /** Sockets by namespace. */
  readonly nsps: Record<string, Socket> = Object.create(null) as Record<string, Socket>;
  readonly encoder: PacketEncoder;
  readonly decoder: PacketDecoder;
  readonly setTimeoutFn!: (fn: () => void, ms: number) => unknown;
  readonly clearTimeoutFn!: (timer: never) => void;

  private state: ConnectionState = CLOSED;
  private readonly engineClass: EngineClass;
  private readonly inbox: Inbox = createInbox((packet) => this.deliver(packet));
  private readonly engineListeners: readonly (readonly [event: string, listener: AnyListener])[];
  private readonly onDecoded: (packet: Packet) => void = (packet) => this.receive(packet);
  /** Waits for the result of `open()`. */
  private opener: ((err?: Error) => void) | undefined;
  private openTimer: unknown;
  private retryTimer: unknown;
  /** Set while a retry is scheduled. */
  private cancelWakeUp: (() => void) | undefined;
  private lastActivityMs = 0;

  constructor(uri: string | undefined, options: Partial<ManagerOptions>, engineClass: EngineClass) {
    super(options);
    options.path ||= "/socket.io";
    this.uri = uri as string;
    this.opts = options;
    this.engineClass = engineClass;
    installTimerFunctions(this, options);
    this.encoder = options.parser ? new options.parser.Encoder() : new Encoder();
    this.decoder = options.parser ? new options.parser.Decoder() : new Decoder();
    this.engineListeners = [
      ["open", () => this.handle("engine-open")],
      ["data", (data: unknown) => this.onData(data)],
      ["ping", () => this.onPing()],
      ["error", (error: Error) => this.onError(error)],
      ["close", (reason: string, description?: DisconnectDescription) => this.onLost(reason, description)],
    ];
    this._autoConnect = options.autoConnect !== false;
    if (this._autoConnect) this.open();
  }

  /** Opens the connection. With a callback, the first failure is reported to it and not followed by reconnection. */
  open(fn?: (err?: Error) => void): this {
    if (this.state.tag === "opening" || this.isOpen()) return this;
    this.opener = fn;
    this.handle("open");
    return this;
  }

  connect(fn?: (err?: Error) => void): this {
    return this.open(fn);
  }

  /** The socket of a namespace: always the same one. */
  socket(nsp: string, options?: Partial<SocketOptions>): Socket {
    const socket = (this.nsps[nsp] ??= new Socket(this, nsp, options));
    if (this._autoConnect && !socket.active) socket.connect();
    return socket;
  }

  // What sockets call.

  join(): void {
    if (this.state.tag !== "waiting") this.open();
  }

  leave(): void {
    if (!Object.values(this.nsps).some((socket) => socket.active)) this._close();
  }

  /** @internal */
  isOpen(): boolean {
    return this.state.tag === "open";
  }

  /** @internal */
  isWritable(): boolean {
    return this.engine?.transport?.writable;
  }

  /** @internal */
  isExpired(): boolean {
    return this.engine._hasPingExpired();
  }

  send(packet: Packet, oversize: "refuse" | "send"): Error | null {
    const messages = this.encoder.encode(packet) as RawData[];
    for (const message of oversize === "refuse" ? messages : []) {
      const error = this.engine.checkSize(message);
      if (error) return error;
    }
    for (const message of messages) this.engine.write(message, packet.options);
    return null;
  }

  measure(packet: Packet): number {
    return (this.encoder.encode(packet) as RawData[]).reduce((sum, message) => sum + wireBytes(message), 0);
  }

  /** The server broke the protocol. */
  fail(error: Error): void {
    this.onLost("parse error", error);
  }

  // What the engine client says.

  private onData(data: unknown): void {
    this.lastActivityMs = Date.now();
    try {
      this.decoder.add(data);
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private receive(packet: Packet): void {
    const { data } = packet;
    if (Array.isArray(data) && data.length > MAX_ARGUMENTS + 1) throw new Error("too many arguments");
    this.inbox.push(packet);
  }

  private deliver(packet: Packet): void {
    const socket = this.nsps[packet.nsp];
    if (socket?.active) socket.onpacket(packet);
    this.emitReserved("packet", packet);
  }

  private onPing(): void {
    this.lastActivityMs = Date.now();
    this.emitReserved("ping");
  }

  private onError(error: Error): void {
    if (this.isOpen()) this.report("error", [error]);
    else this.handle("engine-failed", error);
  }

  private onLost(reason: string, given?: DisconnectDescription): void {
    if (!this.isOpen()) return this.onError(new Error(reason));
    this.inbox.drain(); // what came before the end is heard before the end
    this.handle("engine-lost", reason, explainClose(reason, given, Date.now() - this.lastActivityMs));
  }

  // The machine, and what it orders.

  /** @param details of the event, for the listeners it is reported to */
  private handle(event: ConnectionEvent, ...details: unknown[]): void {
    const { state, actions } = nextConnection(this.state, event, {
      isEnabled: this.reconnection(),
      limit: this.reconnectionAttempts(),
      isAwaited: !!this.opener,
    });
    const attempt = attemptOf(this.state) || attemptOf(state);
    this.state = state;
    for (const action of actions) {
      // A listener of the attempt may have called it off.
      if (action === "create-engine" && this.state !== state) return;
      this.perform(action, attempt, details);
    }
  }

  private perform(action: ConnectionAction, attempt: number, details: readonly unknown[]): void {
    switch (action) {
      case "create-engine":
        return this.createEngine();
      case "discard-engine":
        return this.discardEngine();
      case "schedule-retry":
        return this.scheduleRetry();
      case "cancel-retry":
        this.clearTimeoutFn(this.retryTimer as never);
        return this.cancelWakeUp?.();
      case "reconnect_attempt":
      case "reconnect":
        return void this.emitReserved(action, attempt);
      case "reconnect_error":
        return void this.emitReserved(action, details[0] as Error);
      case "reconnect_failed":
        return void this.emitReserved(action);
      default:
        this.report(action, details);
    }
  }

  private createEngine(): void {
    this.lastActivityMs = Date.now();
    try {
      this.engine = new this.engineClass(this.uri, this.opts);
    } catch (error) {
      // Wrong options. The program hears of it where it called; an attempt in the background reports it.
      if (attemptOf(this.state)) return this.onError(error as Error);
      this.state = CLOSED;
      throw error;
    }
    for (const [event, listener] of this.engineListeners) this.engine.on(event as "data", listener);
    this.decoder.on("decoded", this.onDecoded);
    const timeout = this.timeout();
    if (timeout !== false) this.openTimer = startTimer(this, () => this.onError(new Error("timeout")), Number(timeout));
  }

  private discardEngine(): void {
    this.clearTimeoutFn(this.openTimer as never);
    for (const [event, listener] of this.engineListeners) this.engine.off(event as "data", listener);
    this.decoder.off("decoded", this.onDecoded);
    this.decoder.destroy();
    this.inbox.clear();
    this.engine.close();
  }

  private scheduleRetry(): void {
    const start = (delayMs: number): void => {
      this.clearTimeoutFn(this.retryTimer as never);
      this.retryTimer = startTimer(this, () => this.handle("retry-due"), delayMs);
    };
    const delayMs = this.retryDelayMs(attemptOf(this.state));
    const dueMs = Date.now() + delayMs;
    start(delayMs);
    this.cancelWakeUp = onWakeUp(() => {
      // All clients of a server wake at once when its network comes back: a random part of the first delay keeps them apart.
      start(Math.min(dueMs - Date.now(), Math.random() * this.reconnectionDelay()));
    });
  }

  /** Tells the sockets, then the program. */
  private report(event: "open" | "error" | "close", details: readonly unknown[]): void {
    if (event === "open") this.clearTimeoutFn(this.openTimer as never);
    for (const socket of Object.values(this.nsps).filter(({ active }) => active)) {
      if (socket.active) socket[`on${event}`](...(details as [never])); // a listener before may have disconnected it
    }
    this.emitReserved(event, ...(details as [never]));
    if (event === "close" || (event === "error" && this.isOpen())) return;
    const { opener } = this;
    this.opener = undefined;
    opener?.(...(details as [never]));
  }

  protected override onreconnectiondisabled(): void {
    this.handle("reconnection-disabled");
  }

  // Compatibility: names reached from outside.

  _autoConnect: boolean;

  get _readyState(): "opening" | "open" | "closed" {
    return this.state.tag === "waiting" ? "closed" : this.state.tag;
  }

  get _reconnecting(): boolean {
    return attemptOf(this.state) > 0;
  }

  _close(): void {
    this.handle("close", "forced close", undefined);
  }
}

/** Number of the reconnection attempt a state is about; 0 when it is about none. */
function attemptOf(state: ConnectionState): number {
  return "attempt" in state ? state.attempt : 0;
}

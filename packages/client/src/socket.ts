import { CatchAllEmitter } from "./catch-all.js";
import { ACK, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT, isReservedEvent, type Packet } from "./core/packet.js";
import type {
  AllButLast,
  AnyArgs,
  DecorateAcknowledgements,
  DefaultEventsMap,
  EventNames,
  EventParams,
  EventsMap,
  FirstArg,
  Last,
} from "./events.js";
import { Outbox, type AckListener, type Flags } from "./outbox.js";
import type { RetryEntry } from "./core/retry-queue.js";
import type {
  Auth,
  DisconnectDescription,
  DisconnectReason,
  ExtendedError,
  SocketHost,
  SocketOptions,
  SocketReservedEvents,
} from "./socket-types.js";

type SocketState =
  | { readonly tag: "idle" }
  /** Waits for the connection, or for the answer of the namespace. */
  | { readonly tag: "connecting" }
  | { readonly tag: "connected"; readonly id: string };

const IDLE: SocketState = { tag: "idle" };
const CONNECTING: SocketState = { tag: "connecting" };

/** Events of a namespace that arrived before its CONNECT answer (what recovery replays). More is a broken server. */
const MAX_RECEIVE_BUFFER = 10_000;

/** One namespace of a connection. */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends CatchAllEmitter<ListenEvents, EmitEvents, SocketReservedEvents> {
  /** The manager. */
  readonly io: SocketHost<ListenEvents, EmitEvents>;
  /** True when the last connection restored the state of the one before. */
  recovered = false;
  /** May be assigned; used at the next connection. */
  auth: Auth;
  /** Events received before the answer to CONNECT. */
  receiveBuffer: ReadonlyArray<unknown>[] = [];
  readonly nsp: string;

  private state: SocketState = IDLE;
  private flags: Flags = {};
  private readonly outbox: Outbox;
  /** Counts connections, so that a late answer of an `auth` function is not sent on another one. */
  private openings = 0;

  constructor(io: SocketHost<ListenEvents, EmitEvents>, nsp: string, options: Partial<SocketOptions> = {}) {
    super();
    this.io = io;
    this.nsp = nsp;
    this.auth = options.auth as Auth;
    this._opts = { ...options };
    this.outbox = new Outbox(io, this, this._opts);
  }

  /** Given by the server at each connection; undefined while not connected. */
  get id(): string | undefined {
    return this.state.tag === "connected" ? this.state.id : undefined;
  }

  get connected(): boolean {
    return this.state.tag === "connected";
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  /** True when the socket is connected or will be without further ado. */
  get active(): boolean {
    return this.state !== IDLE;
  }

  /** Emits that wait for the connection. Assign an empty array to drop them. */
  get sendBuffer(): Packet[] {
    return this.outbox.buffer;
  }

  set sendBuffer(packets: Packet[]) {
    this.outbox.buffer = packets;
  }

  connect(): this {
    if (this.connected) return this;
    const wasActive = this.active;
    if (!wasActive) this.state = CONNECTING;
    this.io.join();
    if (!wasActive && this.io.isOpen()) this.onopen();
    return this;
  }

  open(): this {
    return this.connect();
  }

  disconnect(): this {
    if (this.connected) this.packet({ type: DISCONNECT });
    const wasConnected = this.connected;
    this.leave();
    if (wasConnected) this.onclose("io client disconnect");
    return this;
  }

  close(): this {
    return this.disconnect();
  }

  /** Emits `message`. */
  send(...args: AnyArgs): this {
    return this.emit("message", ...(args as EventParams<EmitEvents, "message">));
  }

  /**
   * Sends an event. A function as last argument is called with the answer.
   *
   * @throws Error for a reserved name; TypeError for what JSON cannot hold
   */
  override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): this {
    if (isReservedEvent(ev)) throw new Error(`"${ev.toString()}" is a reserved event name`);
    const { flags } = this;
    this.flags = {};
    this.outbox.emit([ev, ...args], flags);
    return this;
  }

  /** Sends an event; resolves with the first argument of the answer, rejects on timeout or disconnection. */
  emitWithAck<Ev extends EventNames<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstArg<Last<EventParams<EmitEvents, Ev>>>> {
    return new Promise((resolve, reject) => {
      const ack = (error: Error | null, answer: FirstArg<Last<EventParams<EmitEvents, Ev>>>): void =>
        error ? reject(error) : resolve(answer);
      ack.withError = true;
      this.emit(ev, ...([...args, ack] as EventParams<EmitEvents, Ev>));
    });
  }

  /** Whether the next emit may be compressed. */
  compress(compress: boolean): this {
    this.flags.compress = compress;
    return this;
  }

  /** The next emit is dropped when it cannot be sent at once. */
  get volatile(): this {
    this.flags.volatile = true;
    return this;
  }

  /** The acknowledgement of the next emit gets an error first: one that says so after `timeout` ms. */
  timeout(timeout: number): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>> {
    this.flags.timeout = timeout;
    return this;
  }

  // What the manager calls.

  /** The connection is open: ask for the namespace. */
  onopen(): void {
    const opening = ++this.openings;
    const { auth } = this;
    if (typeof auth !== "function") return this.sendConnect(auth);
    auth((data) => {
      if (opening === this.openings && this.io.isOpen()) this.sendConnect(data);
    });
  }

  /** The connection could not be opened, or has a problem. */
  onerror(error: Error): void {
    if (!this.connected) this.emitReserved("connect_error", error);
  }

  /** The connection is lost, or the namespace is left. */
  onclose(reason: string, description?: DisconnectDescription): void {
    this.openings++;
    if (this.active) this.state = CONNECTING;
    // What came before the answer to CONNECT did not move the offset: the server will send it again.
    this.receiveBuffer = [];
    this.emitReserved("disconnect", reason as DisconnectReason, description);
    this.outbox.onClose();
  }

  onpacket(packet: Packet): void {
    switch (packet.type) {
      case EVENT:
        return this.onevent(packet);
      case ACK:
        return this.outbox.onAck(packet.id, (packet.data ?? []) as unknown[]);
      case CONNECT:
        return this.onconnect(packet.data as { sid?: unknown; pid?: unknown } | undefined);
      case DISCONNECT:
        this.leave();
        return this.onclose("io server disconnect");
      case CONNECT_ERROR:
        return this.onrefused(packet.data as ExtendedError | string);
      default: // no other type comes out of a decoder
    }
  }

  private sendConnect(auth: object | undefined): void {
    this.packet({ type: CONNECT, data: this._pid ? { pid: this._pid, offset: this._lastOffset, ...auth } : auth });
  }

  private onconnect(data: { sid?: unknown; pid?: unknown } | undefined): void {
    if (typeof data?.sid !== "string") {
      const message =
        "It seems you are trying to reach a Socket.IO server in v2.x with a v3.x client, but they are not compatible";
      return void this.emitReserved("connect_error", new Error(message));
    }
    const pid = typeof data.pid === "string" ? data.pid : undefined;
    this.recovered = pid !== undefined && pid === this._pid;
    this._pid = pid;
    this.state = { tag: "connected", id: data.sid };
    const received = this.receiveBuffer;
    this.receiveBuffer = [];
    for (const args of received) this.dispatch(args);
    this.outbox.flush();
    this.emitReserved("connect");
  }

  private onrefused(data: ExtendedError | string): void {
    this.leave();
    const error: ExtendedError = new Error(typeof data === "string" ? data : data.message);
    error.data = (data as ExtendedError).data;
    this.emitReserved("connect_error", error);
  }

  private dispatch(args: readonly unknown[]): void {
    const last = args[args.length - 1];
    // The offset comes after the name and the arguments. An event that wants an answer has none.
    const hasOffset = this._pid !== undefined && args.length > 1 && typeof last === "string";
    if (hasOffset && this._opts.hideRecoveryOffset) args = args.slice(0, -1);
    this.notifyIncomingListeners(args);
    this.emitLocally(args);
    if (hasOffset) this._lastOffset = last;
  }

  private emitLocally(args: readonly unknown[]): void {
    super.emit.apply(this, args as never);
  }

  private leave(): void {
    this.state = IDLE;
    this.openings++;
    this.io.leave();
  }

  // What the outbox calls.

  packet(packet: Partial<Packet>, oversize: "refuse" | "send" = "send"): Error | null {
    packet.nsp = this.nsp;
    return this.io.send(packet as Packet, oversize);
  }

  onmessageerror(error: Error): void {
    this.emitLocally(["error", error]);
  }

  // Compatibility: names reached from outside.

  readonly _opts: SocketOptions;
  /** Private id of the session, when the server offers recovery. */
  _pid: string | undefined;
  /** Recovery offset of the last event received. */
  _lastOffset: string | undefined;

  get _queue(): RetryEntry<Flags>[] {
    return this.outbox.queue;
  }

  get acks(): Record<number, AckListener> {
    return Object.fromEntries(this.outbox.acks);
  }

  /** Receives an event. Programs replace it to see all events. */
  onevent(packet: Packet): void {
    const args: unknown[] = [...((packet.data ?? []) as unknown[])];
    if (packet.id !== undefined) args.push(this.ack(packet.id));
    if (this.connected) this.dispatch(args);
    else if (this.receiveBuffer.push(args) > MAX_RECEIVE_BUFFER)
      this.io.fail(new Error("too many events before CONNECT"));
  }

  /** Makes the function that answers event `id`, once. */
  ack(id: number): (...args: unknown[]) => void {
    let isSent = false;
    return (...args) => {
      if (isSent) return;
      isSent = true;
      this.packet({ type: ACK, id, data: args });
    };
  }
}

export declare namespace Socket {
  export type { DisconnectReason };
}

import { ACK, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT, type Packet } from "./core/packet.js";
import type { DecorateAcknowledgements, DefaultEventsMap, EventsMap } from "./events.js";
import { runAll } from "./run-all.js";
import { SendingSocket } from "./sending-socket.js";
import type {
  Auth,
  DisconnectDescription,
  DisconnectReason,
  ExtendedError,
  SocketHost,
  SocketOptions,
} from "./socket-types.js";

/** What a program sees of the state. */
interface SocketState {
  /** Connected, or waits for the connection or for the answer of the namespace. */
  readonly active?: boolean;
  readonly connected?: boolean;
  readonly id?: string | undefined;
}

const IDLE: SocketState = {};
const CONNECTING: SocketState = { active: true };

/** Events of a namespace that arrived before its CONNECT answer (what recovery replays). More is a broken server. */
const MAX_RECEIVE_BUFFER = 10_000;

/** One namespace of a connection. */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
> extends SendingSocket<ListenEvents, EmitEvents> {
  /** True when the last connection restored the state of the one before. */
  recovered = false;
  /** May be assigned; used at the next connection. */
  auth: Auth;
  /** Events received before the answer to CONNECT. */
  receiveBuffer: ReadonlyArray<unknown>[] = [];

  private socketState: SocketState = IDLE;
  /** Counts connections, so that a late answer of an `auth` function is not sent on another one. */
  private openings = 0;

  constructor(io: SocketHost<ListenEvents, EmitEvents>, nsp: string, options: Partial<SocketOptions> = {}) {
    super(io, nsp, options);
    this.auth = options.auth as Auth;
    io.nsps[nsp] = this; // programs make sockets themselves, too
    if (io._autoConnect) this.connect();
  }

  /** Given by the server at each connection; undefined while not connected. */
  get id(): string | undefined {
    return this.socketState?.id;
  }

  // Tests of programs assign both, to sockets and to stand-ins that no constructor has seen. It holds until the state changes.
  set id(id: string | undefined) {
    this.socketState = { ...this.socketState, id };
  }

  get connected(): boolean {
    return !!this.socketState?.connected;
  }

  set connected(connected: boolean) {
    this.socketState = { ...this.socketState, connected };
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  /** True when the socket is connected or will be without further ado. */
  get active(): boolean {
    return !!this.socketState?.active;
  }

  connect(): this {
    if (this.connected) return this;
    const wasActive = this.active;
    if (!wasActive) this.socketState = CONNECTING;
    this.io.joinConnection();
    if (!wasActive && this.io.isOpen()) this.onopen();
    return this;
  }

  open(): this {
    return this.connect();
  }

  disconnect(): this {
    if (this.connected) this.packet({ type: DISCONNECT });
    const wasConnected = this.connected;
    this.leaveNamespace();
    if (wasConnected) this.onclose("io client disconnect");
    return this;
  }

  close(): this {
    return this.disconnect();
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
    if (this.active) this.socketState = CONNECTING;
    // What came before the answer to CONNECT did not move the offset: the server will send it again.
    this.receiveBuffer = [];
    runAll([() => this.emitReserved("disconnect", reason as DisconnectReason, description), () => this.failAcks()]);
  }

  onpacket(packet: Packet): void {
    switch (packet.type) {
      case EVENT:
        return this.onevent(packet);
      case ACK:
        return this.onack(packet);
      case CONNECT:
        return this.onconnect(packet.data as { sid?: unknown; pid?: unknown } | undefined);
      case DISCONNECT:
        this.leaveNamespace();
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
    this.socketState = { active: true, connected: true, id: data.sid };
    const received = this.receiveBuffer;
    this.receiveBuffer = [];
    // A listener that throws takes nothing from the others, nor from what waits to be sent.
    runAll([
      ...received.map((args) => () => this.dispatch(args)),
      () => this.flush(),
      () => this.emitReserved("connect"),
    ]);
  }

  private onrefused(data: ExtendedError | string): void {
    this.leaveNamespace();
    const error: ExtendedError = new Error(typeof data === "string" ? data : data.message);
    error.data = (data as ExtendedError).data;
    this.emitReserved("connect_error", error);
  }

  private dispatch(args: readonly unknown[]): void {
    const last = args[args.length - 1];
    // The offset comes after the name and the arguments. An event that wants an answer has none.
    const hasOffset = this._pid !== undefined && args.length > 1 && typeof last === "string";
    if (hasOffset && this._opts.hideRecoveryOffset) args = args.slice(0, -1);
    this.notifyAny(this._anyListeners, args);
    this.emitReserved(...(args as unknown as ["connect"])); // to this side: the `emit` of sockets sends
    if (hasOffset) this._lastOffset = last;
  }

  private leaveNamespace(): void {
    this.socketState = IDLE;
    this.openings++;
    this.io.leaveConnection();
  }

  // Compatibility: names reached from outside.

  /** Private id of the session, when the server offers recovery. */
  _pid: string | undefined;
  /** Recovery offset of the last event received. */
  _lastOffset: string | undefined;

  /** Receives an event. Programs replace it to see all events. */
  onevent(packet: Packet): void {
    const args: unknown[] = [...((packet.data ?? []) as unknown[])];
    if (packet.id !== undefined) args.push(this.ack(packet.id));
    if (this.connected) this.dispatch(args);
    else if (this.receiveBuffer.push(args) > MAX_RECEIVE_BUFFER)
      this.io.failConnection(new Error("too many events before CONNECT"));
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

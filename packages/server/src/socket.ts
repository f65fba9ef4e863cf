import { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import type {
  AdapterLike,
  BroadcastFlags,
  BroadcastPacket,
  PrivateSessionId,
  Room,
  Session,
  SocketId,
} from "@halyard/adapter";
import { BroadcastOperator } from "./broadcast-operator.js";
import type { Client, Member } from "./connection.js";
import {
  ACK,
  BINARY_ACK,
  BINARY_EVENT,
  CONNECT,
  CONNECT_ERROR,
  DISCONNECT,
  EVENT,
  RESERVED_EVENTS,
} from "./constants.js";
import { type AckCallback, failAll, timedAck } from "./core/acks.js";
import { type Middleware, runChain } from "./core/middleware.js";
import type { Packet } from "./core/packet.js";
import { isRecoverable } from "./core/recovery.js";
import { channels } from "./diagnostics.js";
import { describeDisconnect, type DisconnectReason } from "./disconnect.js";
import type { EngineSession } from "./engine-port.js";
import { type Auth, buildHandshake, type Handshake } from "./handshake.js";
import type { HandlerErrorContext } from "./handler-errors.js";
import type { PublicClasses } from "./public-classes.js";
import { CatchAllEmitter } from "./socket-catch-all.js";
import { generateId } from "./socket-id.js";
import type {
  AllButLast,
  DecorateAcknowledgements,
  DecorateAcknowledgementsWithMultipleResponses,
  DefaultEventsMap,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "./typed-events.js";

declare module "./public-classes.js" {
  interface PublicClasses<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    ServerSideEvents extends EventsMap,
    SocketData,
  > {
    socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
  }
}

/** An event as middlewares see it: its name, then its arguments. */
export type Event = [string, ...any[]];

/** Events a socket itself emits. */
export interface SocketReservedEventsMap {
  disconnect: (reason: DisconnectReason, description?: any) => void;
  disconnecting: (reason: DisconnectReason, description?: any) => void;
  error: (err: Error) => void;
}

/** What a socket asks of its namespace. */
export interface SocketHost {
  readonly name: string;
  readonly adapter: AdapterLike;
  /** Sessions are kept: everything emitted goes through the adapter, which remembers it. */
  readonly recovery: object | null;
  /** Waiting acknowledgements that take an error are told when the client leaves. */
  readonly settlesAcks: boolean;
  nextAckId(): number;
  onSocketLeft(socket: unknown): void;
  onHandlerError(error: unknown, context: HandlerErrorContext): void;
}

/** Flags of the next emit. */
type SocketFlags = BroadcastFlags & {
  /** The acknowledgement takes an error first though no timeout is set. */
  errorFirst?: boolean;
};

const TIMER = {
  set: (callback: () => void, ms: number): unknown => setTimeout(callback, ms),
  clear: (timer: unknown): void => clearTimeout(timer as NodeJS.Timeout),
};
const NO_FLAGS: SocketFlags = Object.freeze({});
/** Node then tells when the promise a listener returned is rejected. */
const CAPTURE_REJECTIONS = { captureRejections: true };

/** A client in one namespace. */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = any,
>
  extends CatchAllEmitter<ListenEvents, EmitEvents, SocketReservedEventsMap>
  implements Member
{
  /** Its namespace. */
  readonly nsp: PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, any>["namespace"];
  /** Its connection, which may have joined other namespaces, too. */
  readonly client: Client<ListenEvents, EmitEvents, ServerSideEvents>;
  /** Public id: new for each connection, unless the session was recovered. */
  readonly id: SocketId;
  /** Whether id, rooms, data and all missed packets of an earlier connection were restored. */
  readonly recovered: boolean;
  private state: "joining" | "connected" | "leaving" | "gone" = "joining";
  private readonly host: SocketHost;
  private readonly pid: PrivateSessionId | undefined;
  private readonly auth: Auth;
  private readonly issuedMs: number;
  private flags: SocketFlags = NO_FLAGS;
  private session: Session | null;
  private handshakeValue: Handshake | null = null;
  private dataValue: SocketData | undefined = undefined;
  private ackCallbacks: Map<number, AckCallback> | null = null;
  private middlewares: Middleware<Event>[] | null = null;

  constructor(
    nsp: PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, any>["namespace"],
    client: Client<ListenEvents, EmitEvents, ServerSideEvents>,
    auth: Auth,
    session: Session | null = null,
  ) {
    super(CAPTURE_REJECTIONS);
    this.nsp = nsp;
    this.client = client;
    this.host = nsp;
    this.auth = auth;
    this.issuedMs = Date.now();
    this.session = session;
    this.recovered = session !== null;
    if (session !== null) {
      this.id = session.sid;
      this.pid = session.pid;
      this.dataValue = session.data as SocketData;
      this.join(session.rooms);
      return;
    }
    // Protocol v3 (socket.io-client 2): the client makes the id up from the engine's.
    if (client.conn.protocol === 3) this.id = nsp.name === "/" ? client.id : `${nsp.name}#${client.id}`;
    else this.id = generateId();
    this.pid = this.host.recovery === null ? undefined : generateId();
  }

  /** What the client was when it connected. */
  get handshake(): Handshake {
    return (this.handshakeValue ??= buildHandshake(
      this.client.request,
      this.client.conn.remoteAddress,
      this.auth,
      this.issuedMs,
    ));
  }

  /** Anything about this client; other nodes get a copy from `fetchSockets()`. Empty object at first. */
  get data(): SocketData {
    return (this.dataValue ??= {} as SocketData);
  }

  set data(data: SocketData) {
    this.dataValue = data;
  }

  /** False in middlewares and from the `disconnect` event on. */
  get connected(): boolean {
    return this.state === "connected" || this.state === "leaving";
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  /** First HTTP request of the connection. */
  get request(): IncomingMessage {
    return this.client.request;
  }

  /** The engine session. */
  get conn(): EngineSession {
    return this.client.conn;
  }

  /** Rooms it is in, its own id among them; not a copy. */
  get rooms(): Set<Room> {
    return this.host.adapter.socketRooms(this.id) ?? new Set();
  }

  /**
   * Emits to the client. With a function as last argument the client is asked for an acknowledgement.
   *
   * @throws Error for a reserved event name; TypeError for what JSON refuses
   */
  override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean;
  override emit(...event: unknown[]): boolean {
    if (RESERVED_EVENTS.has(event[0])) throw new Error(`"${String(event[0])}" is a reserved event name`);
    const flags = this.flags;
    if (flags !== NO_FLAGS) this.flags = NO_FLAGS;
    const id = typeof event.at(-1) === "function" ? this.expectAck(event.pop() as AckCallback, flags) : undefined;
    if (this.state === "gone") return true;
    if (channels.emit.hasSubscribers) channels.emit.publish({ socket: this, event });
    if (this.host.recovery !== null) {
      const packet: BroadcastPacket = { type: EVENT, data: event };
      if (id !== undefined) packet.id = id;
      this.host.adapter.broadcast(packet, { rooms: new Set([this.id]), except: new Set(), flags });
    } else {
      this.notifyOutgoing(event);
      this.client.sendEvent(EVENT, this.host.name, id, event, flags);
    }
    return true;
  }

  /**
   * Emits, and resolves with the first argument of the acknowledgement. Rejects after `timeout()` ms, and when the
   * client leaves if the server has `settleAcksOnDisconnect`.
   */
  emitWithAck<Ev extends EventNamesWithAck<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    const errorFirst = this.flags.timeout !== undefined || this.host.settlesAcks;
    if (errorFirst) this.flags = { ...this.flags, errorFirst };
    return new Promise((resolve, reject) => {
      const ack = errorFirst
        ? (error: Error | null, value: never): void => (error === null ? resolve(value) : reject(error))
        : resolve;
      this.emit(ev, ...([...args, ack] as EventParams<EmitEvents, Ev>));
    });
  }

  /** Emits the event `message`. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.emit("message", ...args);
    return this;
  }

  /** Emits the event `message`. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /** Waits `timeout` ms for the acknowledgement of the next emit, which then takes an error first. */
  timeout(timeout: number): Socket<ListenEvents, DecorateAcknowledgements<EmitEvents>, ServerSideEvents, SocketData> {
    this.flags = { ...this.flags, timeout };
    return this as never;
  }

  /** Whether the transport may compress the next packet. Default true. */
  compress(compress: boolean): this {
    this.flags = { ...this.flags, compress };
    return this;
  }

  /** The next packet is dropped if the client cannot take it now. */
  get volatile(): this {
    this.flags = { ...this.flags, volatile: true };
    return this;
  }

  /** Everyone but this socket. */
  get broadcast(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    const { flags } = this;
    this.flags = NO_FLAGS;
    return new BroadcastOperator(this.host.adapter, new Set(), new Set([this.id]), { ...flags });
  }

  /** Everyone but this socket, on this node. */
  get local(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.broadcast.local;
  }

  /** The sockets of rooms but this one. */
  to(room: Room | Room[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.broadcast.to(room);
  }

  /** Same as {@link to}. */
  in(room: Room | Room[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.broadcast.to(room);
  }

  /** Everyone but this socket and the sockets of rooms. */
  except(
    room: Room | Room[],
  ): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.broadcast.except(room);
  }

  /** Joins rooms; nothing happens once disconnected. A promise with adapters that ask other nodes. */
  join(rooms: Room | Room[]): Promise<void> | void {
    if (this.state === "gone") return undefined;
    return this.host.adapter.addAll(this.id, new Set(Array.isArray(rooms) ? rooms : [rooms]));
  }

  /** Leaves a room. */
  leave(room: Room): Promise<void> | void {
    return this.host.adapter.del(this.id, room);
  }

  /** Leaves the namespace; with `close`, ends the whole connection. */
  disconnect(close = false): this {
    if (this.state !== "connected") return this;
    if (close) {
      this.client.disconnect();
      return this;
    }
    this.client.sendPacket({ type: DISCONNECT, nsp: this.host.name });
    this.end("server namespace disconnect", undefined, "server");
    return this;
  }

  /** Adds a middleware for incoming events: `next(err)` ends the event and emits `error` on this socket. */
  use(fn: (event: Event, next: (err?: Error) => void) => void): this {
    (this.middlewares ??= []).push(fn);
    return this;
  }

  /** The namespace accepted it: joins its own room, gets what it missed and the answer to its CONNECT. */
  onConnected(): void {
    const { client, host, session } = this;
    this.state = "connected";
    this.session = null;
    void this.join(this.id);
    for (const data of session?.missedPackets ?? []) client.sendEvent(EVENT, host.name, undefined, data, NO_FLAGS);
    const packet: Packet = { type: CONNECT, nsp: host.name };
    if (client.conn.protocol !== 3) {
      packet.data = this.pid === undefined ? { sid: this.id } : { sid: this.id, pid: this.pid };
    }
    client.sendPacket(packet);
    client.onMemberConnected(host.name, this);
    if (channels.connection.hasSubscribers) channels.connection.publish({ socket: this });
  }

  /** It will never be connected: forgets the rooms middlewares made it join. */
  release(): void {
    if (this.state !== "joining") return;
    this.host.adapter.delAll(this.id);
    this.state = "gone";
  }

  /** A packet of the client. */
  onPacket(packet: Packet): void {
    switch (packet.type) {
      case EVENT:
      case BINARY_EVENT:
        this.onevent(packet);
        return;
      case ACK:
      case BINARY_ACK:
        this.onAck(packet);
        return;
      case DISCONNECT:
        this.end("client namespace disconnect", undefined, "client");
    }
  }

  onConnectionClosed(reason: string, description: unknown): void {
    this.end(reason as DisconnectReason, description, "connection");
  }

  /** An undecodable packet came in, or a middleware refused an event. */
  onParserError(error: Error): void {
    if (this.listenerCount("error") > 0) this.emitReserved("error", error);
  }

  /** Proves the right to restore this session; undefined without recovery. */
  get sessionPid(): PrivateSessionId | undefined {
    return this.pid;
  }

  /** A newer connection of the same client asks for this session: the connection of this one is dead. */
  replace(): void {
    this.end("transport close", undefined, "connection");
    this.client.close();
  }

  /** Ends membership of the namespace; a newer socket with the same id is not touched. */
  end(reason: DisconnectReason, description: unknown, by: "client" | "server" | "connection"): void {
    if (this.state !== "connected") return;
    this.state = "leaving";
    const details = this.describeEnd(reason, description);
    try {
      this.emitReserved("disconnecting", reason, details);
    } finally {
      this.persist(reason);
      this.host.adapter.delAll(this.id);
      this.host.onSocketLeft(this);
      if (by !== "connection") this.client.onMemberLeft(this.host.name, this, by);
      this.state = "gone";
      try {
        if (channels.disconnection.hasSubscribers) channels.disconnection.publish({ socket: this, reason, details });
        this.emitReserved("disconnect", reason, details);
      } finally {
        this.releaseAcks();
      }
    }
  }

  protected override onListenerRejected(error: unknown, event: string): void {
    this.host.onHandlerError(error, { namespace: this.host.name, socketId: this.id, event });
  }

  private dispatchEvent(event: Event): void {
    if (this.state !== "connected" && this.state !== "leaving") return;
    // An `error` sent by the client must not be taken for one nobody listens to.
    if (event[0] === "error" && this.listenerCount("error") === 0) return;
    if (channels.receive.hasSubscribers) channels.receive.publish({ socket: this, event });
    Reflect.apply(EventEmitter.prototype.emit, this, event);
  }

  private expectAck(callback: AckCallback, flags: SocketFlags): number {
    const id = this.host.nextAckId();
    if (flags.timeout === undefined && flags.errorFirst !== true) {
      this.acks.set(id, callback);
      return id;
    }
    this.acks.set(
      id,
      timedAck(callback, flags.timeout, TIMER, () => this.ackCallbacks?.delete(id)),
    );
    return id;
  }

  private sendAck(id: number, args: unknown[]): void {
    if (!this.connected) return;
    if (channels.ack.hasSubscribers) channels.ack.publish({ socket: this, id, args, direction: "out" });
    this.client.sendEvent(ACK, this.host.name, id, args, NO_FLAGS);
  }

  private onAck(packet: Packet): void {
    const id = packet.id as number;
    const callback = this.ackCallbacks?.get(id);
    if (callback === undefined) return; // unknown or repeated
    this.acks.delete(id);
    const args = (packet.data ?? []) as unknown[];
    if (channels.ack.hasSubscribers) channels.ack.publish({ socket: this, id, args, direction: "in" });
    Reflect.apply(callback, this, args);
  }

  private releaseAcks(): void {
    const acks = this.ackCallbacks;
    this.ackCallbacks = null;
    if (acks === null) return;
    if (this.host.settlesAcks) failAll(acks, new Error("socket has been disconnected"));
  }

  private persist(reason: DisconnectReason): void {
    if (this.pid === undefined || !isRecoverable(reason)) return;
    this.host.adapter.persistSession({ sid: this.id, pid: this.pid, rooms: [...this.rooms], data: this.data });
  }

  private describeEnd(reason: DisconnectReason, description: unknown): unknown {
    const listeners = this.listenerCount("disconnecting") + this.listenerCount("disconnect");
    if (listeners === 0 && !channels.disconnection.hasSubscribers) return description;
    return describeDisconnect(reason, description, this.client.conn, this.client.lastActivityMs);
  }

  // Compatibility: names reached from outside

  get server(): PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, any>["server"] {
    return this.nsp.server as never;
  }

  get adapter(): AdapterLike {
    return this.host.adapter;
  }

  /** Callbacks waiting for an acknowledgement, by id; adapters add theirs. */
  get acks(): Map<number, AckCallback> {
    return (this.ackCallbacks ??= new Map());
  }

  get fns(): Middleware<Event>[] {
    return (this.middlewares ??= []);
  }

  /** Dispatches an incoming event. Add-ons replace it, so every event goes through it. */
  onevent(packet: Packet): void {
    const event = (packet.data ?? []) as Event;
    if (packet.id !== undefined && packet.id !== null) event.push(this.ack(packet.id));
    this.notifyIncoming(event);
    this.dispatch(event);
  }

  /** Makes the function that acknowledges an event; only its first call counts. */
  ack(id: number): (...args: unknown[]) => void {
    let sent = false;
    return (...args) => {
      if (sent) return;
      sent = true;
      this.sendAck(id, args);
    };
  }

  /** Runs the middlewares of an incoming event, then its listeners. */
  dispatch(event: Event): void {
    if (this.middlewares === null || this.middlewares.length === 0) {
      this.dispatchEvent(event);
      return;
    }
    const done = (error: Error | null): void => {
      if (error === null) process.nextTick(() => this.dispatchEvent(event));
      else process.nextTick(() => this.onParserError(error));
    };
    runChain([...this.middlewares], event, done, (result) => {
      if (result instanceof Promise) result.catch((error: unknown) => this.onListenerRejected(error, "use"));
    });
  }

  packet(packet: Packet, options: BroadcastFlags = NO_FLAGS): void {
    this.client.sendPacket({ ...packet, nsp: this.host.name }, options);
  }

  notifyOutgoingListeners(packet: BroadcastPacket): void {
    this.notifyOutgoing(packet.data as unknown[]);
  }

  _onpacket(packet: Packet): void {
    this.onPacket(packet);
  }

  _onclose(reason: DisconnectReason, description?: unknown): this {
    this.end(reason, description, "server");
    return this;
  }

  _onerror(error: Error): void {
    this.onParserError(error);
  }

  /** Tells the client of this namespace about an error. */
  _error(error: unknown): void {
    this.packet({ type: CONNECT_ERROR, nsp: this.host.name, data: error });
  }

  _cleanup(): void {
    this.release();
  }
}

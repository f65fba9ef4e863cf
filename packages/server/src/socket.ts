import type { IncomingMessage } from "node:http";
import type {
  AdapterLike,
  BroadcastFlags,
  BroadcastPacket,
  PrivateSessionId,
  Session,
  SocketId,
} from "@halyard/adapter";
import { type Socket as EngineSocket, throwLater } from "@halyard/engine";
import debugModule from "debug";
import type { Client } from "./connection.js";
import type { Member } from "./connection-ports.js";
import { ACK, BINARY_ACK, BINARY_EVENT, CONNECT, CONNECT_ERROR, DISCONNECT, EVENT } from "./constants.js";
import type { Packet } from "./core/packet.js";
import { isRecoverableReason } from "./core/recovery.js";
import { channels } from "./diagnostics.js";
import { describeDisconnect, type DisconnectReason } from "./disconnect.js";
import { type Auth, buildHandshake, type Handshake } from "./handshake.js";
import { epochMs, type Moment, now } from "./moment.js";
import type { PublicClasses } from "./public-classes.js";
import { NO_FLAGS } from "./socket-emit.js";
import { generateId } from "./socket-id.js";
import { RoomMember } from "./socket-rooms.js";
import type { DefaultEventsMap, EventsMap, Untyped } from "./typed-events.js";

// Compatibility: names reached from outside, by the path of this file
export type { DisconnectReason, Event, Handshake, SocketReservedEventsMap } from "./socket-types.js";

const debug = debugModule("socket.io:socket");

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

/** A client in one namespace. */
export class Socket<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = Untyped,
>
  extends RoomMember<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  implements Member
{
  /** Its namespace. */
  readonly nsp: PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, Untyped>["namespace"];
  /** Public id: new for each connection, unless the session was recovered. */
  readonly id: SocketId;
  /** Whether id, rooms, data and all missed packets of an earlier connection were restored. */
  readonly recovered: boolean;
  private namespaceMembership: "joining" | "connected" | "leaving" | "gone" = "joining";
  private readonly pid: PrivateSessionId | undefined; // the name upstream has: adapters look at it
  private readonly connectAuth: Auth | null;
  private readonly connectMoment: Moment;
  private handshakeDetails: Handshake | null = null;
  private socketData: SocketData | undefined = undefined;

  constructor(
    nsp: PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, Untyped>["namespace"],
    client: Client<ListenEvents, EmitEvents, ServerSideEvents>,
    auth: Auth | null,
    session: Session | null = null,
  ) {
    super(client);
    this.nsp = nsp;
    this.connectAuth = auth;
    this.connectMoment = now();
    this.restoredSession = session;
    this.recovered = session !== null;
    if (session !== null) {
      this.id = session.sid;
      this.pid = session.pid;
      this.socketData = session.data as SocketData;
      this.restoredRooms = new Set(session.rooms);
      return;
    }
    // Protocol v3 (socket.io-client 2): the client makes the id up from the engine's.
    if (client.conn.protocol === 3) this.id = nsp.name === "/" ? client.id : `${nsp.name}#${client.id}`;
    else this.id = generateId();
    this.pid = this.socketHost.recovery === null ? undefined : generateId();
  }

  /** What the client was when it connected. */
  get handshake(): Handshake {
    return this.handshakeDetails ?? (this.original.handshakeDetails ??= this.buildHandshake());
  }

  /** Middlewares may put their own in its place. */
  set handshake(handshake: Handshake) {
    this.handshakeDetails = handshake;
  }

  /** Anything about this client; other nodes get a copy from `fetchSockets()`. Empty object at first. */
  get data(): SocketData {
    return this.socketData ?? (this.original.socketData ??= {} as SocketData);
  }

  set data(data: SocketData) {
    this.socketData = data;
  }

  override get connected(): boolean {
    return this.namespaceMembership === "connected" || this.namespaceMembership === "leaving";
  }

  get disconnected(): boolean {
    return !this.connected;
  }

  /** First HTTP request of the connection. */
  get request(): IncomingMessage {
    return this.client.request;
  }

  /** The engine session. */
  get conn(): EngineSocket {
    return this.client.conn;
  }

  /** Leaves the namespace; with `close`, ends the whole connection. */
  disconnect(close = false): this {
    const { original } = this;
    if (original.namespaceMembership !== "connected") return this;
    if (close) {
      this.client.disconnect();
      return this;
    }
    this.client.sendPacket({ type: DISCONNECT, nsp: this.socketHost.name });
    original.leaveNamespace("server namespace disconnect", undefined, "server");
    return this;
  }

  /** The namespace accepted it: joins its own room, gets what it missed and the answer to its CONNECT. */
  onConnected(): void {
    const { client, socketHost: host, restoredRooms } = this;
    const session = this.restoredSession;
    this.namespaceMembership = "connected";
    this.restoredSession = null;
    // First: writing may end the connection (too much waits for its peer), and then this socket has to hear of it.
    client.onMemberConnected(host.name, this);
    // What is missed is complete only now, and from now on nothing is.
    for (const data of session?.missedPackets ?? []) client.sendEvent(EVENT, host.name, undefined, data, NO_FLAGS);
    if (this.isGone) return;
    this.restoredRooms = null;
    host.watch(this.join(restoredRooms === null ? this.id : [...restoredRooms, this.id]), "adapter");
    const packet: Packet = { type: CONNECT, nsp: host.name };
    if (client.conn.protocol !== 3) {
      packet.data = this.pid === undefined ? { sid: this.id } : { sid: this.id, pid: this.pid };
    }
    client.sendPacket(packet);
    if (channels.connection.hasSubscribers) channels.connection.publish({ socket: this });
  }

  /** It will never be connected: forgets the rooms middlewares made it join, and puts a restored session back. */
  abandonJoining(isRefused: boolean): void {
    if (this.namespaceMembership !== "joining") return;
    if (this.restoredRooms === null || isRefused || this.hasLostSession) this.leaveRooms();
    else this.persistIfRecoverable("transport close");
    this.namespaceMembership = "gone";
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
        this.leaveNamespace("client namespace disconnect", undefined, "client");
    }
  }

  onConnectionClosed(reason: DisconnectReason, description: unknown): void {
    this.leaveNamespace(reason, description, "connection");
  }

  /** Proves the right to restore this session; undefined without recovery. */
  get sessionPid(): PrivateSessionId | undefined {
    return this.pid;
  }

  /** A newer connection of the same client asks for this session: the connection of this one is dead. */
  giveWay(): void {
    try {
      this.leaveNamespace("transport close", undefined, "connection");
    } finally {
      this.client.close();
    }
  }

  /** Ends membership of the namespace; a newer socket with the same id is not touched. */
  leaveNamespace(reason: DisconnectReason, description: unknown, by: "client" | "server" | "connection"): void {
    if (this.namespaceMembership !== "connected") return;
    this.namespaceMembership = "leaving";
    debug("closing socket %s - reason %s", this.id, reason);
    const details = this.describeEnd(reason, description);
    try {
      this.emitReserved("disconnecting", reason, details);
    } finally {
      this.persistIfRecoverable(reason);
      this.leaveRooms();
      this.socketHost.onSocketLeft(this);
      this.client.onMemberLeft(this.socketHost.name, this, by);
      this.namespaceMembership = "gone";
      try {
        if (channels.disconnection.hasSubscribers) channels.disconnection.publish({ socket: this, reason, details });
        this.emitReserved("disconnect", reason, details);
      } finally {
        this.releaseAcks();
      }
    }
  }

  private buildHandshake(): Handshake {
    const { request, conn } = this.client;
    return buildHandshake(request, conn.remoteAddress, this.connectAuth ?? {}, epochMs(this.connectMoment));
  }

  protected override get isGone(): boolean {
    return this.namespaceMembership === "gone";
  }

  /** An adapter that fails, or a listener of its events, must not keep the socket from leaving. */
  private leaveRooms(): void {
    try {
      this.socketHost.adapter.delAll(this.id);
    } catch (error) {
      throwLater(error);
    }
  }

  private persistIfRecoverable(reason: DisconnectReason): void {
    if (this.pid === undefined || !isRecoverableReason(reason)) return;
    this.socketHost.watch(this.persistSession(this.pid), "adapter");
  }

  /** Async: what an adapter throws must not keep the socket from leaving. */
  private async persistSession(pid: PrivateSessionId): Promise<void> {
    return this.socketHost.adapter.persistSession({ sid: this.id, pid, rooms: [...this.rooms], data: this.data });
  }

  private describeEnd(reason: DisconnectReason, description: unknown): unknown {
    const listeners = this.listenerCount("disconnecting") + this.listenerCount("disconnect");
    if (listeners === 0 && !channels.disconnection.hasSubscribers) return description;
    return describeDisconnect(reason, description, this.client.conn, this.client.lastActivityMs);
  }

  // Compatibility: names reached from outside

  get server(): PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, Untyped>["server"] {
    return this.nsp.server as never;
  }

  get adapter(): AdapterLike {
    return this.socketHost.adapter;
  }

  packet(packet: Packet, options: BroadcastFlags = NO_FLAGS): void {
    this.client.sendPacket({ ...packet, nsp: this.socketHost.name }, options);
  }

  notifyOutgoingListeners(packet: BroadcastPacket): void {
    this.notifyOutgoing(packet.data as unknown[]);
  }

  _onpacket(packet: Packet): void {
    this.onPacket(packet);
  }

  _onclose(reason: DisconnectReason, description?: unknown): this {
    this.original.leaveNamespace(reason, description, "server");
    return this;
  }

  _onerror(error: Error): void {
    this.onParserError(error);
  }

  /** Tells the client of this namespace about an error. */
  _error(error: unknown): void {
    this.packet({ type: CONNECT_ERROR, nsp: this.socketHost.name, data: error });
  }

  _cleanup(): void {
    this.abandonJoining(true);
  }
}

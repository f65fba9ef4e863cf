import type { EventEmitter } from "node:events";
import type { PreparedMessage } from "@halyard/websocket/core";
import type {
  BroadcastOptions,
  BroadcastPacket,
  PrivateSessionId,
  Room,
  Session,
  SessionToPersist,
  SocketId,
} from "./types.js";

/** What an adapter asks of the namespace it works for. */
export interface AdapterHost {
  readonly name: string;
  /** Connected sockets of this node. */
  readonly sockets: ReadonlyMap<SocketId, AdapterSocket>;
  readonly server: AdapterServer;
  /** Next acknowledgement id, shared by all sockets of the namespace. */
  _ids: number;
  /** An event sent by `serverSideEmit` on another node; the last argument may be an acknowledgement. */
  _onServerSideEmit(args: unknown[]): void;
}

/** What an adapter asks of the server. */
export interface AdapterServer {
  readonly encoder: PacketEncoder;
  readonly opts?: AdapterServerOptions | undefined;
}

/** Server options that adapters look at. */
export interface AdapterServerOptions {
  readonly connectionStateRecovery?: RecoveryOptions | undefined;
  /** Milliseconds, default 25000. */
  readonly pingInterval?: number | string | undefined;
  /** Milliseconds, default 20000. */
  readonly pingTimeout?: number | string | undefined;
}

/** Options of connection state recovery as far as adapters are concerned. */
export interface RecoveryOptions {
  /** Milliseconds a session and the packets it may miss are kept. Default 120000. */
  readonly maxDisconnectionDuration?: number | undefined;
  /** Bytes of encoded packets the log of a namespace may hold. Default 67108864 (64 MiB). */
  readonly maxLogBytes?: number | undefined;
  /** Packets the log of a namespace may hold. Default 100000. */
  readonly maxLogPackets?: number | undefined;
  /** Stored sessions of a namespace. Default 100000. */
  readonly maxSessions?: number | undefined;
}

/** Encodes a packet: a string, followed by its binary attachments. */
export interface PacketEncoder {
  encode(packet: BroadcastPacket): EncodedPacket;
}

/** One packet as Engine.IO messages. */
export type EncodedPacket = ReadonlyArray<string | Buffer>;

/** What an adapter asks of a connected socket. */
export interface AdapterSocket extends SocketDetails {
  readonly client: { writeToEngine(packet: EncodedPacket, options: EngineWriteOptions): void };
  /** Callbacks waiting for an acknowledgement, by id. */
  readonly acks: Map<number, (...args: unknown[]) => void>;
  /** Only ours: nobody waits for this acknowledgement any more. */
  forgetAck?(id: number): void;
  join(rooms: Room | Room[]): unknown;
  leave(room: Room): unknown;
  disconnect(close?: boolean): unknown;
  /** Tells catch-all listeners of the socket about a packet which does not pass through the socket itself. */
  notifyOutgoingListeners?(packet: BroadcastPacket): void;
}

/** What `fetchSockets` gives for each socket: a local socket itself, or the description sent by another node. */
export interface SocketDetails {
  readonly id: SocketId;
  readonly handshake: unknown;
  readonly rooms: Iterable<Room>;
  data: unknown;
}

/** How the packets of one broadcast are to be written; shared by all recipients. */
export interface EngineWriteOptions {
  readonly preEncoded: true;
  readonly volatile: boolean | undefined;
  /** Not `readonly`: engine.io writes its default here. */
  compress: boolean | undefined;
  /** The one text message of this packet, framed on first use; `null` when the packet has attachments. */
  readonly prepared: PreparedMessage | null;
  /** The same frame as header and payload, for transports that know only this form. */
  readonly wsPreEncodedFrame: readonly [header: Buffer, payload: Buffer] | undefined;
}

/** What a server asks of an adapter; satisfied by `Adapter` here and by the one of socket.io-adapter. */
export interface AdapterLike extends EventEmitter {
  readonly rooms: Map<Room, Set<SocketId>>;
  readonly sids: Map<SocketId, Set<Room>>;
  init(): Promise<void> | void;
  close(): Promise<void> | void;
  serverCount(): Promise<number>;
  addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void;
  /** Only ours: {@link addAll} for one room, without a set. */
  addOne?(id: SocketId, room: Room): Promise<void> | void;
  del(id: SocketId, room: Room): Promise<void> | void;
  delAll(id: SocketId): void;
  broadcast(packet: BroadcastPacket, opts: BroadcastOptions): void;
  broadcastWithAck(
    packet: BroadcastPacket,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: unknown[]) => void,
  ): void;
  sockets(rooms: Set<Room>): Promise<Set<SocketId>>;
  socketRooms(id: SocketId): Set<Room> | undefined;
  fetchSockets(opts: BroadcastOptions): Promise<SocketDetails[]>;
  addSockets(opts: BroadcastOptions, rooms: Room[]): void;
  delSockets(opts: BroadcastOptions, rooms: Room[]): void;
  disconnectSockets(opts: BroadcastOptions, close: boolean): void;
  serverSideEmit(packet: unknown[]): void;
  persistSession(session: SessionToPersist): void;
  restoreSession(pid: PrivateSessionId, offset: string): Promise<Session | null>;
}

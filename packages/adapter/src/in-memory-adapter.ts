import { EventEmitter } from "node:events";
import type { AdapterHost, AdapterLike, AdapterSocket, EncodedPacket, PacketEncoder, SocketDetails } from "./host.js";
import { PreparedOptions } from "./prepared-options.js";
import { RoomIndex } from "./room-index.js";
import { visitSelected } from "./select.js";
import type {
  BroadcastOptions,
  BroadcastPacket,
  PrivateSessionId,
  Room,
  SessionToPersist,
  SocketId,
  Untyped,
} from "./types.js";

/**
 * Keeps the rooms of one namespace in memory and broadcasts to the sockets of this node; the base of all other adapters.
 *
 * Emits `create-room (room)`, `join-room (room, id)`, `leave-room (room, id)` and `delete-room (room)`.
 */
export class Adapter extends EventEmitter implements AdapterLike {
  /** The namespace; its shape is that of the server. */
  readonly nsp: Untyped;
  /** Members of each room. To be read; changed by {@link addAll}, {@link del} and {@link delAll} only. */
  readonly rooms: Map<Room, Set<SocketId>>;
  /** Rooms of each socket. To be read, as {@link rooms}. */
  readonly sids: Map<SocketId, Set<Room>>;
  private readonly encoder: PacketEncoder; // the name upstream has
  readonly #host: AdapterHost;
  readonly #index: RoomIndex;

  /** @param nsp the namespace, see {@link AdapterHost} */
  constructor(nsp: Untyped) {
    super();
    this.nsp = nsp;
    this.#host = nsp;
    this.encoder = this.#host.server.encoder;
    // Few servers listen: asking first costs less than emitting to nobody, four times for each join and leave.
    this.#index = new RoomIndex({
      onRoomCreated: (room) => {
        if (this.listenerCount("create-room") > 0) this.emit("create-room", room);
      },
      onRoomJoined: (room, id) => {
        if (this.listenerCount("join-room") > 0) this.emit("join-room", room, id);
      },
      onRoomLeft: (room, id) => {
        if (this.listenerCount("leave-room") > 0) this.emit("leave-room", room, id);
      },
      onRoomDeleted: (room) => {
        if (this.listenerCount("delete-room") > 0) this.emit("delete-room", room);
      },
    });
    this.rooms = this.#index.rooms;
    this.sids = this.#index.sids;
  }

  /** Called once, when the namespace is created. */
  init(): Promise<void> | void {}

  /** Called when the server or the namespace ends; ends timers and subscriptions. */
  close(): Promise<void> | void {}

  /** Number of nodes in the cluster, this one included. */
  serverCount(): Promise<number> {
    return Promise.resolve(1);
  }

  /** Adds a socket to rooms. */
  addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    this.#index.join(id, rooms);
  }

  /** Adds a socket to one room; by {@link addAll} where that was replaced. */
  addOne(id: SocketId, room: Room): Promise<void> | void {
    if (this.addAll !== Adapter.prototype.addAll) return this.addAll(id, new Set([room]));
    this.#index.joinOne(id, room);
  }

  /** Removes a socket from a room, or from several. */
  del(id: SocketId, room: Room | Set<Room>): Promise<void> | void {
    // Asked this way round: programs in JavaScript use numbers as rooms, too.
    if (!(room instanceof Set)) {
      this.#index.leave(id, room);
      return;
    }
    for (const each of room) {
      this.#index.leave(id, each);
    }
  }

  /** Removes a socket from all its rooms and forgets it. */
  delAll(id: SocketId): void {
    this.#index.leaveAll(id);
  }

  /** Sends a packet, encoded once, to the selected sockets. */
  broadcast(packet: Untyped, opts: BroadcastOptions): void {
    this.sendEncoded(packet, this.encodeBroadcast(packet), opts);
  }

  /**
   * Sends a packet to the selected sockets and expects an acknowledgement of each.
   *
   * @param clientCountCallback called once by each node with the number of its sockets that were sent the packet
   * @param ack called for each acknowledgement
   */
  broadcastWithAck(
    packet: Untyped,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: Untyped[]) => void,
  ): void {
    // One id serves all recipients: the counter belongs to the namespace, so no socket has it in use.
    const id = this.#host._ids++;
    packet.id = id;
    const encoded = this.encodeBroadcast(packet);
    const options = new PreparedOptions(encoded, opts.flags);
    let clientCount = 0;
    this.#visit(opts, (socket) => {
      clientCount++;
      socket.acks.set(id, ack);
      socket.notifyOutgoingListeners?.(packet);
      socket.client.writeToEngine(encoded, options);
    });
    clientCountCallback(clientCount);
  }

  /** Ids of the sockets in any of `rooms`; of all sockets when there is no room. */
  sockets(rooms: Set<Room>): Promise<Set<SocketId>> {
    const ids = new Set<SocketId>();
    this.#visit({ rooms }, (socket) => ids.add(socket.id));
    return Promise.resolve(ids);
  }

  /** Rooms of a socket, not copied; `undefined` for an unknown socket. */
  socketRooms(id: SocketId): Set<Room> | undefined {
    return this.sids.get(id);
  }

  /** The selected sockets. */
  fetchSockets(opts: BroadcastOptions): Promise<Untyped[]> {
    const sockets: SocketDetails[] = [];
    this.#visit(opts, (socket) => sockets.push(socket));
    return Promise.resolve(sockets);
  }

  /** Makes the selected sockets join rooms. */
  addSockets(opts: BroadcastOptions, rooms: Room[]): void {
    this.#visit(opts, (socket) => socket.join(rooms));
  }

  /** Makes the selected sockets leave rooms. */
  delSockets(opts: BroadcastOptions, rooms: Room[]): void {
    this.#visit(opts, (socket) => {
      for (const room of rooms) {
        socket.leave(room);
      }
    });
  }

  /**
   * Disconnects the selected sockets.
   *
   * @param close whether to close the underlying connection, too
   */
  disconnectSockets(opts: BroadcastOptions, close: boolean): void {
    this.#visit(opts, (socket) => socket.disconnect(close));
  }

  /** Sends an event to the other nodes, of which there are none here. */
  serverSideEmit(_packet: Untyped[]): void {
    console.warn("this adapter does not support the serverSideEmit() functionality");
  }

  /** Saves a session whose connection has ended. Not supported here. */
  persistSession(_session: SessionToPersist): void {}

  /**
   * Takes a saved session out of the store.
   *
   * @param offset position of the last packet the client received
   * @returns the session; `null` when there is no such session or the client has missed what is no longer known. Untyped: to
   *   published adapters `super.restoreSession()` is a `Promise<Session>`, others say the `null`. Not supported here.
   */
  restoreSession(_pid: PrivateSessionId, _offset: string): Promise<Untyped> {
    return Promise.resolve(null);
  }

  /** First half of {@link broadcast}: the packet as Engine.IO messages. */
  protected encodeBroadcast(packet: BroadcastPacket): EncodedPacket {
    packet.nsp = this.#host.name;
    return this.encoder.encode(packet);
  }

  /** Second half of {@link broadcast}: the messages to the selected sockets of this node. */
  protected sendEncoded(packet: BroadcastPacket, encoded: EncodedPacket, opts: BroadcastOptions): void {
    const options = new PreparedOptions(encoded, opts.flags);
    this.#visit(opts, (socket) => {
      socket.notifyOutgoingListeners?.(packet);
      socket.client.writeToEngine(encoded, options);
    });
  }

  /** @throws what a listener of the first socket that fails has thrown, when all have been visited */
  #visit(opts: BroadcastOptions, visit: (socket: AdapterSocket) => void): void {
    const { sockets } = this.#host;
    const failures: unknown[] = [];
    visitSelected(this, opts, (id) => {
      const socket = sockets.get(id);
      // A socket joins its rooms before it is connected.
      if (socket === undefined) return;
      try {
        visit(socket);
      } catch (failure) {
        failures.push(failure);
      }
    });
    if (failures.length > 0) throw failures[0];
  }
}

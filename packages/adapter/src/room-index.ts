import type { Room, SocketId } from "./types.js";

/** Told what changed, after the index has changed. */
export interface RoomSink {
  onRoomCreated(room: Room): void;
  onRoomJoined(room: Room, id: SocketId): void;
  onRoomLeft(room: Room, id: SocketId): void;
  onRoomDeleted(room: Room): void;
}

/** Who is in which room. Rooms exist while they have members; all sets keep the order of joining. */
export class RoomIndex {
  readonly rooms: Map<Room, Set<SocketId>> = new Map();
  readonly sids: Map<SocketId, Set<Room>> = new Map();
  readonly #sink: RoomSink;

  constructor(sink: RoomSink) {
    this.#sink = sink;
  }

  /** Adds a socket to rooms. A socket without rooms is known, too: broadcasts to everyone reach it. */
  join(id: SocketId, rooms: Iterable<Room>): void {
    let joined = this.sids.get(id);
    if (joined === undefined) {
      joined = new Set();
      this.sids.set(id, joined);
    }
    for (const room of rooms) {
      joined.add(room);
      this.#addMember(room, id);
    }
  }

  /** As {@link join}, for one room. */
  joinOne(id: SocketId, room: Room): void {
    const joined = this.sids.get(id);
    if (joined === undefined) {
      this.join(id, [room]);
      return;
    }
    joined.add(room);
    this.#addMember(room, id);
  }

  /** Removes a socket from one room. */
  leave(id: SocketId, room: Room): void {
    this.sids.get(id)?.delete(room);
    this.#removeMember(room, id);
  }

  /** Removes a socket from all its rooms and forgets it. */
  leaveAll(id: SocketId): void {
    const joined = this.sids.get(id);
    if (joined === undefined) {
      return;
    }
    let failure: { readonly cause: unknown } | null = null;
    for (const room of joined) {
      try {
        this.#removeMember(room, id);
      } catch (cause) {
        failure ??= { cause }; // of the sink: the other rooms have to be left, too
      }
    }
    this.sids.delete(id);
    if (failure !== null) {
      throw failure.cause;
    }
  }

  #addMember(room: Room, id: SocketId): void {
    let members = this.rooms.get(room);
    if (members === undefined) {
      members = new Set();
      this.rooms.set(room, members);
      this.#sink.onRoomCreated(room);
    }
    const before = members.size;
    members.add(id);
    if (members.size > before) {
      this.#sink.onRoomJoined(room, id);
    }
  }

  #removeMember(room: Room, id: SocketId): void {
    const members = this.rooms.get(room);
    if (members === undefined) {
      return;
    }
    try {
      if (members.delete(id)) {
        this.#sink.onRoomLeft(room, id);
      }
    } finally {
      // A listener may have joined or left meanwhile: the room is gone only if this very set is still the room's and empty.
      if (members.size === 0 && this.rooms.get(room) === members) {
        this.rooms.delete(room);
        this.#sink.onRoomDeleted(room);
      }
    }
  }
}

import { visitEach } from "@halyard/websocket/core";
import type { Room, SocketId } from "./types.js";

/** Told what changed, after the index has changed. */
export interface RoomSink {
  onRoomCreated(room: Room): void;
  onRoomJoined(room: Room, id: SocketId): void;
  onRoomLeft(room: Room, id: SocketId): void;
  onRoomDeleted(room: Room): void;
}

/**
 * Who is in which room. Rooms exist while they have members; all sets keep the order of joining.
 *
 * A socket that is in the room of its own id only, as most are at first, has one set: as its rooms, and as the members of that room.
 */
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
      this.#add(id, joined, room);
    }
  }

  /** As {@link join}, for one room. */
  joinOne(id: SocketId, room: Room): void {
    const joined = this.sids.get(id);
    if (joined === undefined) {
      this.join(id, [room]);
      return;
    }
    this.#add(id, joined, room);
  }

  /** Removes a socket from one room. */
  leave(id: SocketId, room: Room): void {
    const members = this.#membersOf(room);
    this.sids.get(id)?.delete(room);
    this.#removeMember(room, members, id);
  }

  /** Removes a socket from all its rooms and forgets it. */
  leaveAll(id: SocketId): void {
    const joined = this.sids.get(id);
    if (joined === undefined) return;
    try {
      visitEach(joined, (room) => this.#removeMember(room, this.#membersOf(room), id)); // the sink may throw
    } finally {
      this.sids.delete(id);
    }
  }

  #add(id: SocketId, joined: Set<Room>, room: Room): void {
    const isFirst = joined.size === 0;
    if (joined.size === 1 && room !== id) this.#membersOf(id);
    joined.add(room);
    if (isFirst && room === id && !this.rooms.has(room)) {
      this.rooms.set(room, joined);
      this.#sink.onRoomCreated(room);
      this.#sink.onRoomJoined(room, id);
    } else {
      this.#addMember(room, id);
    }
  }

  /** Members of a room, in a set of their own from now on. */
  #membersOf(room: Room): Set<SocketId> | undefined {
    const members = this.rooms.get(room);
    if (members?.size !== 1 || members !== this.sids.get(room)) return members;
    const own = new Set(members);
    this.rooms.set(room, own);
    return own;
  }

  #addMember(room: Room, id: SocketId): void {
    let members = this.#membersOf(room);
    if (members === undefined) {
      members = new Set();
      this.rooms.set(room, members);
      this.#sink.onRoomCreated(room);
    }
    const before = members.size;
    members.add(id);
    if (members.size > before) this.#sink.onRoomJoined(room, id);
  }

  #removeMember(room: Room, members: Set<SocketId> | undefined, id: SocketId): void {
    if (members === undefined) return;
    try {
      if (members.delete(id)) this.#sink.onRoomLeft(room, id);
    } finally {
      // A listener may have joined or left meanwhile: the room is gone only if this very set is still the room's and empty.
      if (members.size === 0 && this.rooms.get(room) === members) {
        this.rooms.delete(room);
        this.#sink.onRoomDeleted(room);
      }
    }
  }
}

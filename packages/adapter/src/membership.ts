import type { Room } from "./types.js";

/** A packet as far as the choice of its recipients goes. */
export interface Addressed {
  readonly sequence: number;
  /** Everyone when empty. */
  readonly rooms: readonly Room[];
  readonly except: readonly Room[];
}

/** What is known of packets that have left the log. */
export interface LossRecord {
  /** Sequence of the newest packet that has left, 0 if none. */
  readonly evictedThrough: number;
  /**
   * Sequence of the newest packet for everyone that has left.
   *
   * @param wasAlwaysIn rooms the asker has been in since it connected: what was kept from them was not for it
   */
  lostToAll(wasAlwaysIn: (room: Room) => boolean): number;
  /** Sequence of the newest packet for a room that has left. */
  lostTo(room: Room, wasAlwaysIn: (room: Room) => boolean): number;
}

/** A membership that has ended: packets which named the room after `from` meant the member, the last of them was `until`. */
interface PastMembership {
  readonly room: Room;
  readonly from: number;
  readonly until: number;
}

/** Past memberships remembered of one socket. Older ones are forgotten: a client that may need them is not recovered. */
const MAX_PAST_MEMBERSHIPS = 100;

/**
 * Since when a socket has been in which room, counted in packet sequences: decides which logged packets were for it. A packet
 * sent before the socket joined was not, one sent before it left was.
 */
export class Membership {
  readonly #since: number;
  readonly #rooms: Set<Room> = new Set();
  /** Only rooms joined later than the socket itself; most sockets have none. */
  #joinedLater: Map<Room, number> | null = null;
  #past: PastMembership[] | null = null;
  #forgottenThrough: number;

  /**
   * @param since sequence of the newest packet when the socket connected
   * @param forgottenThrough nothing is known of what was for the socket up to this packet
   */
  constructor(since: number, forgottenThrough: number = 0) {
    this.#since = since;
    this.#forgottenThrough = forgottenThrough;
  }

  /** Rooms the socket is in. */
  get rooms(): ReadonlySet<Room> {
    return this.#rooms;
  }

  join(room: Room, sequence: number): void {
    if (this.#rooms.has(room)) return;
    this.#rooms.add(room);
    if (sequence > this.#since) {
      this.#joinedLater ??= new Map();
      this.#joinedLater.set(room, sequence);
    }
  }

  /**
   * @param lastPacket sequence of the last packet that named the room, also as one whose members must not get it
   * @param evictedThrough what packets have left the log: memberships which ended before are counted as lost
   */
  leave(room: Room, lastPacket: number, evictedThrough: number): void {
    if (!this.#rooms.delete(room)) return;
    const from = this.#joinedAt(room);
    this.#joinedLater?.delete(room);
    if (lastPacket <= from) return;
    const kept = (this.#past ?? []).filter((past) => past.until > evictedThrough || this.#forget(past));
    kept.push({ room, from, until: lastPacket });
    if (kept.length > MAX_PAST_MEMBERSHIPS) this.#forget(kept.shift());
    this.#past = kept;
  }

  /** Whether `packet` was sent to this socket. */
  covers(packet: Addressed): boolean {
    if (packet.sequence <= this.#since || packet.except.some((room) => this.#wasIn(room, packet.sequence))) {
      return false;
    }
    return packet.rooms.length === 0 || packet.rooms.some((room) => this.#wasIn(room, packet.sequence));
  }

  /** Sequence of the last packet the socket is known to have received: never before it connected. */
  receivedThrough(claimed: number): number {
    return Math.max(claimed, this.#since);
  }

  /** Whether every packet that was for this socket, after the one it received last, is still in the log. */
  isComplete(received: number, loss: LossRecord): boolean {
    if (received >= loss.evictedThrough) return received >= this.#forgottenThrough;
    const wasAlwaysIn = (room: Room): boolean => this.#rooms.has(room) && this.#joinedAt(room) === this.#since;
    if (received < loss.lostToAll(wasAlwaysIn) || received < this.#forgottenThrough) return false;
    for (const room of this.#rooms) {
      if (loss.lostTo(room, wasAlwaysIn) > Math.max(received, this.#joinedAt(room))) return false;
    }
    return (this.#past ?? []).every(
      (past) => past.until <= received || loss.evictedThrough <= Math.max(received, past.from),
    );
  }

  #joinedAt(room: Room): number {
    return this.#joinedLater?.get(room) ?? this.#since;
  }

  #wasIn(room: Room, sequence: number): boolean {
    if (this.#rooms.has(room) && sequence > this.#joinedAt(room)) return true;
    return this.#past?.some((past) => past.room === room && past.from < sequence && sequence <= past.until) === true;
  }

  #forget(past: PastMembership | undefined): false {
    if (past !== undefined && past.until > this.#forgottenThrough) this.#forgottenThrough = past.until;
    return false;
  }
}

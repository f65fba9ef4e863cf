import type { Addressed, Membership } from "./membership.js";
import type { PrivateSessionId, Room, Session, SessionToPersist, SocketId } from "./types.js";

/** A session whose connection has ended. */
export interface StoredSession {
  readonly session: SessionToPersist;
  readonly membership: Membership;
  readonly storedAtMs: number;
}

/** A session which has been given to its client's new connection; that connection has not joined its rooms yet. */
interface RestoringSession {
  readonly session: Session;
  readonly membership: Membership;
  readonly takenAtMs: number;
}

/**
 * Sessions without a connection: stored ones, by private id, and those on the way to a new connection, by socket id. A session
 * leaves when it is taken, replaced or expired, the oldest also when there are too many.
 */
export class SessionStore {
  /** In the order of storing. */
  readonly #stored: Map<PrivateSessionId, StoredSession> = new Map();
  readonly #restoring: Map<SocketId, RestoringSession> = new Map();
  /** How many of these sessions are in a room. */
  readonly #watchers: Map<Room, number> = new Map();
  readonly #maxSessions: number;
  readonly #onRoomUnwatched: (room: Room) => void;

  /** @param onRoomUnwatched told when the last session in a room has left the store */
  constructor(maxSessions: number, onRoomUnwatched: (room: Room) => void) {
    this.#maxSessions = maxSessions;
    this.#onRoomUnwatched = onRoomUnwatched;
  }

  /** Number of stored sessions. */
  get size(): number {
    return this.#stored.size;
  }

  get isEmpty(): boolean {
    return this.#stored.size === 0 && this.#restoring.size === 0;
  }

  /** When the oldest session came in; `null` for an empty store. */
  get oldestAtMs(): number | null {
    const stored = first(this.#stored)?.storedAtMs;
    const taken = first(this.#restoring)?.takenAtMs;
    return stored === undefined ? (taken ?? null) : Math.min(stored, taken ?? stored);
  }

  /** Whether a session is in `room`. */
  watches(room: Room): boolean {
    return this.#watchers.has(room);
  }

  /** Stores a session; an older one with the same private id is replaced. */
  store(session: SessionToPersist, membership: Membership, nowMs: number): void {
    this.#watch(membership);
    this.#discard(session.pid);
    this.#stored.set(session.pid, { session, membership, storedAtMs: nowMs });
    while (this.#stored.size > this.#maxSessions) {
      const oldest = first(this.#stored);
      this.#discard(oldest?.session.pid ?? session.pid);
    }
  }

  /** Takes a session out of the store. Its rooms are watched until {@link release} or, after {@link hold}, {@link adopt}. */
  take(pid: PrivateSessionId): StoredSession | null {
    const stored = this.#stored.get(pid);
    this.#stored.delete(pid);
    return stored ?? null;
  }

  /** A taken session is no longer in these rooms: it is not restored, or has joined them, or is stored again. */
  release(rooms: Iterable<Room>): void {
    for (const room of rooms) {
      const count = (this.#watchers.get(room) ?? 0) - 1;
      if (count > 0) {
        this.#watchers.set(room, count);
      } else {
        this.#watchers.delete(room);
        this.#onRoomUnwatched(room);
      }
    }
  }

  /** A taken session waits for its new connection to join its rooms; what it misses meanwhile is added to `session`. */
  hold(session: Session, membership: Membership, nowMs: number): void {
    const previous = this.#restoring.get(session.sid);
    this.#restoring.delete(session.sid);
    this.#restoring.set(session.sid, { session, membership, takenAtMs: nowMs });
    if (previous !== undefined) this.release(previous.membership.rooms);
  }

  /** The new connection joins its rooms, or has ended. The caller releases the rooms. */
  adopt(sid: SocketId): Membership | null {
    const restoring = this.#restoring.get(sid);
    this.#restoring.delete(sid);
    return restoring?.membership ?? null;
  }

  /** A packet was sent. */
  onPacket(packet: Addressed & { readonly data: unknown[] }): void {
    for (const { session, membership } of this.#restoring.values()) {
      if (membership.covers(packet)) session.missedPackets.push(packet.data);
    }
  }

  /** Sessions that came in before `timeMs` leave; those that were given away are told so. */
  expire(timeMs: number): void {
    for (const [pid, stored] of this.#stored) {
      if (stored.storedAtMs >= timeMs) break;
      this.#discard(pid);
    }
    for (const [sid, restoring] of this.#restoring) {
      if (restoring.takenAtMs >= timeMs) break;
      this.#restoring.delete(sid);
      restoring.session.isLost = true;
      this.release(restoring.membership.rooms);
    }
  }

  clear(): void {
    this.#stored.clear();
    this.#restoring.clear();
    this.#watchers.clear();
  }

  #discard(pid: PrivateSessionId): void {
    const stored = this.take(pid);
    if (stored !== null) this.release(stored.membership.rooms);
  }

  #watch(membership: Membership): void {
    for (const room of membership.rooms) {
      this.#watchers.set(room, (this.#watchers.get(room) ?? 0) + 1);
    }
  }
}

function first<V>(map: ReadonlyMap<unknown, V>): V | undefined {
  for (const value of map.values()) {
    return value;
  }
  return undefined;
}

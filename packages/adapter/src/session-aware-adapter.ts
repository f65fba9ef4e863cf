import { randomBytes } from "node:crypto";
import { MAX_TIMER_MS } from "@halyard/websocket/core";
import type { AdapterHost, EncodedPacket, RecoveryOptions } from "./host.js";
import { Adapter } from "./in-memory-adapter.js";
import { Membership } from "./membership.js";
import { OffsetFormat } from "./offset.js";
import { PacketLog } from "./packet-log.js";
import { isRecoverable } from "./recoverable.js";
import { SessionStore } from "./session-store.js";
import type {
  BroadcastOptions,
  PrivateSessionId,
  Room,
  Session,
  SessionToPersist,
  SocketId,
  Untyped,
} from "./types.js";

const NO_ROOMS: readonly Room[] = [];

/**
 * Restores sessions after a short loss of the connection (connection state recovery), from memory: on the same node only.
 *
 * Events without acknowledgement which are not volatile are logged when someone connected or stored could need them again. A
 * session is restored only if all it has missed is still in the log. See docs/recovery.md.
 */
export class SessionAwareAdapter extends Adapter {
  readonly #maxDisconnectionMs: number;
  /** A lost connection may be noticed, and its session stored, this late. */
  readonly #heartbeatMs: number;
  readonly #offsets: OffsetFormat = new OffsetFormat(randomBytes(4).toString("base64url"));
  readonly #log: PacketLog;
  readonly #sessions: SessionStore;
  /** Of connected sockets. */
  readonly #memberships: Map<SocketId, Membership> = new Map();
  #timer: NodeJS.Timeout | null = null;

  constructor(nsp: Untyped) {
    super(nsp);
    const host: AdapterHost = nsp;
    const { connectionStateRecovery, pingInterval = 25_000, pingTimeout = 20_000 } = host.server.opts ?? {};
    const options: RecoveryOptions = connectionStateRecovery ?? {};
    this.#maxDisconnectionMs = options.maxDisconnectionDuration ?? 120_000;
    this.#heartbeatMs = Number(pingInterval) + Number(pingTimeout); // may be digits
    const limits = { maxBytes: options.maxLogBytes ?? 67_108_864, maxPackets: options.maxLogPackets ?? 100_000 };
    this.#log = new PacketLog(limits, (room) => this.#isOfInterest(room));
    this.#sessions = new SessionStore(options.maxSessions ?? 100_000, (room) => this.#forgetIfDeserted(room));
  }

  override close(): Promise<void> | void {
    clearTimeout(this.#timer ?? undefined);
    this.#timer = null;
    this.#sessions.clear();
    this.#log.clear();
    return super.close();
  }

  override addAll(id: SocketId, rooms: Set<Room>): Promise<void> | void {
    const joined = super.addAll(id, rooms);
    const now = this.#log.lastSequence;
    let membership = this.#memberships.get(id);
    if (membership === undefined) {
      membership = this.#adopt(id) ?? new Membership(now);
      this.#memberships.set(id, membership);
    }
    for (const room of rooms) {
      membership.join(room, now);
    }
    return joined;
  }

  override del(id: SocketId, room: Room | Set<Room>): Promise<void> | void {
    const left = super.del(id, room);
    const membership = this.#memberships.get(id);
    for (const each of room instanceof Set ? room : [room]) {
      membership?.leave(each, this.#log.lastNaming(each), this.#log.evictedThrough);
      this.#forgetIfDeserted(each);
    }
    return left;
  }

  override delAll(id: SocketId): void {
    const rooms = this.sids.get(id) ?? NO_ROOMS;
    super.delAll(id);
    if (!this.#memberships.delete(id)) {
      this.#sessions.release(this.#sessions.adopt(id)?.rooms ?? NO_ROOMS); // of a restored socket which never joins
    }
    for (const room of rooms) {
      this.#forgetIfDeserted(room);
    }
  }

  override broadcast(packet: Untyped, opts: BroadcastOptions): void {
    if (!isRecoverable(packet, opts) || !this.#hasAudience(opts.rooms)) {
      super.broadcast(packet, opts);
      return;
    }
    packet.data.push(this.#offsets.format(this.#log.lastSequence + 1));
    const encoded = this.encodeBroadcast(packet);
    this.#append(packet.data, opts, encoded);
    this.sendEncoded(packet, encoded, opts);
  }

  /**
   * Saves a session. Called before the socket leaves its rooms, once for each end of a connection; also to put back a restored
   * session whose new connection has ended before it joined.
   */
  override persistSession(session: SessionToPersist): void {
    const live = this.#memberships.get(session.sid);
    const restoring = live === undefined ? this.#sessions.adopt(session.sid) : null;
    // Released when the session is stored, and its rooms are watched again: what they have lost must not be forgotten between.
    const watched = restoring === null ? NO_ROOMS : [...restoring.rooms];
    const membership = live ?? restoring ?? new Membership(0, this.#log.evictedThrough);
    this.#memberships.delete(session.sid);
    const rooms = new Set(session.rooms);
    for (const room of membership.rooms) {
      if (!rooms.has(room)) membership.leave(room, this.#log.lastSequence, this.#log.evictedThrough);
    }
    for (const room of rooms) {
      membership.join(room, 0);
    }
    this.#sessions.store(session, membership, performance.now());
    this.#sessions.release(watched);
    this.#scheduleExpiry();
  }

  /**
   * Takes a session out of the store.
   *
   * @param offset as the client sent it; `undefined` says that it has not received an event yet
   * @returns `null` if the session is unknown or has expired, or if something the client has missed is no longer known.
   *   `missedPackets` grows until the socket joins its rooms: read it then
   */
  override restoreSession(pid: PrivateSessionId, offset: string | undefined): Promise<Untyped> {
    const nowMs = performance.now();
    const stored = this.#sessions.take(pid);
    if (stored === null) return Promise.resolve(null);
    const { membership } = stored;
    const received = this.#receivedThrough(membership, offset);
    const hasExpired = stored.storedAtMs + this.#maxDisconnectionMs < nowMs;
    if (received === null || hasExpired || !membership.isComplete(received, this.#log)) {
      this.#sessions.release(membership.rooms);
      return Promise.resolve(null);
    }
    const missedPackets: unknown[][] = [];
    this.#log.visitAfter(received, (packet) => {
      if (membership.covers(packet)) missedPackets.push(packet.data);
    });
    const session: Session = { ...stored.session, missedPackets };
    this.#sessions.hold(session, membership, nowMs);
    this.#scheduleExpiry();
    return Promise.resolve(session);
  }

  /** Sequence of the last packet a client has received; `null` if its offset does not tell. */
  #receivedThrough(membership: Membership, offset: string | undefined): number | null {
    const claim = this.#offsets.parse(offset, this.#log.lastSequence);
    switch (claim.tag) {
      case "start":
        return membership.receivedThrough(0);
      case "packet":
        return membership.receivedThrough(claim.sequence);
      case "unknown":
        return null;
      default:
        return claim satisfies never;
    }
  }

  #append(data: unknown[], opts: BroadcastOptions, encoded: EncodedPacket): void {
    const rooms = toArray(opts.rooms);
    const except = toArray(opts.except);
    const packet = this.#log.append(data, rooms, except, encodedBytes(encoded), performance.now());
    this.#sessions.onPacket(packet);
    this.#scheduleExpiry();
  }

  /** A restored socket joins its first rooms. What it does not join again it has left. */
  #adopt(id: SocketId): Membership | null {
    const membership = this.#sessions.adopt(id);
    if (membership === null) return null;
    this.#sessions.release(membership.rooms);
    const rooms = this.sids.get(id);
    for (const room of membership.rooms) {
      if (rooms?.has(room) !== true) membership.leave(room, this.#log.lastSequence, this.#log.evictedThrough);
    }
    return membership;
  }

  #hasAudience(rooms: ReadonlySet<Room>): boolean {
    if (rooms.size === 0) return this.sids.size > 0 || !this.#sessions.isEmpty;
    for (const room of rooms) {
      if (this.#isOfInterest(room)) return true;
    }
    return false;
  }

  #isOfInterest(room: Room): boolean {
    return this.rooms.has(room) || this.#sessions.watches(room);
  }

  #forgetIfDeserted(room: Room): void {
    if (!this.#isOfInterest(room)) this.#log.forgetRoom(room);
  }

  /** A packet is kept as long as a session, and while sessions are stored for the time a loss may go unnoticed, too. */
  #retentionMs(): number {
    return this.#sessions.isEmpty ? this.#maxDisconnectionMs : this.#maxDisconnectionMs + this.#heartbeatMs;
  }

  #scheduleExpiry(): void {
    if (this.#timer !== null) return;
    const nowMs = performance.now();
    const dueMs = Math.min(
      (this.#log.oldestAtMs ?? Infinity) + this.#retentionMs(),
      (this.#sessions.oldestAtMs ?? Infinity) + this.#maxDisconnectionMs,
    );
    if (dueMs === Infinity) return;
    // A little late, so that what was stored in a burst leaves in one go.
    const slackMs = Math.min(1000, this.#maxDisconnectionMs / 10);
    const delayMs = Math.min(Math.max(0, dueMs - nowMs) + slackMs, MAX_TIMER_MS);
    this.#timer = setTimeout(() => this.#expire(), delayMs);
    this.#timer.unref();
  }

  #expire(): void {
    this.#timer = null;
    const nowMs = performance.now();
    this.#sessions.expire(nowMs - this.#maxDisconnectionMs);
    this.#log.expire(nowMs - this.#retentionMs());
    this.#scheduleExpiry();
  }
}

function encodedBytes(encoded: EncodedPacket): number {
  let bytes = 0;
  for (let index = 0; index < encoded.length; index++) {
    const part = encoded[index];
    bytes += typeof part === "string" ? Buffer.byteLength(part) : (part?.length ?? 0);
  }
  return bytes;
}

function toArray(rooms: ReadonlySet<Room> | undefined): readonly Room[] {
  return rooms === undefined || rooms.size === 0 ? NO_ROOMS : [...rooms];
}

import { LossMark } from "./loss-mark.js";
import type { Addressed, LossRecord } from "./membership.js";
import type { Room } from "./types.js";

/** A packet some client may have to be sent again. */
export interface LoggedPacket extends Addressed {
  /** Arguments of the event, its offset as the last element. */
  readonly data: unknown[];
  readonly bytes: number;
  readonly loggedAtMs: number;
}

/** What is known of the packets that name a room. */
interface RoomRecord {
  /** Sequence of the newest packet that names it. */
  last: number;
  /** The packets for it that have left the log, `null` if none. */
  lost: LossMark | null;
}

/** Bounds of a log. */
export interface PacketLogLimits {
  readonly maxBytes: number;
  readonly maxPackets: number;
}

/** Counted for each packet on top of its encoded size, so that the byte bound holds for tiny packets, too. */
const PACKET_OVERHEAD_BYTES = 256;

/** The newest packets of a namespace, in order, bounded by bytes, number and age; and what is known of those that left. */
export class PacketLog implements LossRecord {
  /** Places of packets that have left are `null`, so that nothing holds their arguments. */
  #packets: Array<LoggedPacket | null> = [];
  /** Index of the oldest packet: those before it have left. */
  #head = 0;
  #bytes = 0;
  #lastSequence = 0;
  #lostToAll: LossMark = new LossMark();
  /** Of each room of interest which a packet has named. */
  readonly #rooms: Map<Room, RoomRecord> = new Map();
  readonly #limits: PacketLogLimits;
  readonly #isOfInterest: (room: Room) => boolean;

  /** @param isOfInterest whether a room has someone who may have missed a packet; nothing is recorded of other rooms */
  constructor(limits: PacketLogLimits, isOfInterest: (room: Room) => boolean) {
    this.#limits = limits;
    this.#isOfInterest = isOfInterest;
  }

  get size(): number {
    return this.#packets.length - this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** Sequence of the newest packet ever logged, 0 if none. */
  get lastSequence(): number {
    return this.#lastSequence;
  }

  get evictedThrough(): number {
    return this.#lastSequence - this.size;
  }

  lostToAll(wasAlwaysIn: (room: Room) => boolean): number {
    return this.#lostToAll.newestFor(wasAlwaysIn);
  }

  /** When the oldest packet was logged; `null` for an empty log. */
  get oldestAtMs(): number | null {
    return this.#packets[this.#head]?.loggedAtMs ?? null;
  }

  lostTo(room: Room, wasAlwaysIn: (room: Room) => boolean): number {
    return this.#rooms.get(room)?.lost?.newestFor(wasAlwaysIn) ?? 0;
  }

  /** Sequence of the newest packet that names a room of interest, be it as an exception; 0 if none. */
  lastNaming(room: Room): number {
    return this.#rooms.get(room)?.last ?? 0;
  }

  /**
   * Appends a packet; the oldest leave while a bound is exceeded.
   *
   * @param encodedBytes size of the packet on the wire
   */
  append(
    data: unknown[],
    rooms: readonly Room[],
    except: readonly Room[],
    encodedBytes: number,
    nowMs: number,
  ): LoggedPacket {
    this.#lastSequence++;
    const bytes = encodedBytes + PACKET_OVERHEAD_BYTES;
    const packet: LoggedPacket = { sequence: this.#lastSequence, rooms, except, data, bytes, loggedAtMs: nowMs };
    this.#packets.push(packet);
    this.#bytes += bytes;
    this.#recordSent(packet);
    while (this.#bytes > this.#limits.maxBytes || this.size > this.#limits.maxPackets) {
      this.#evictOldest();
    }
    return packet;
  }

  /** Packets logged before `timeMs` leave. */
  expire(timeMs: number): void {
    for (let oldest = this.oldestAtMs; oldest !== null && oldest < timeMs; oldest = this.oldestAtMs) {
      this.#evictOldest();
    }
  }

  /** All packets leave, and nobody is interested in them any more. */
  clear(): void {
    this.#packets = [];
    this.#head = 0;
    this.#bytes = 0;
    this.#lostToAll.record(this.#lastSequence, []);
    this.#rooms.clear();
  }

  /** Calls `visit` for each packet after `sequence`, oldest first. */
  visitAfter(sequence: number, visit: (packet: LoggedPacket) => void): void {
    const first = this.#head + Math.max(0, sequence - this.evictedThrough);
    for (let index = first; index < this.#packets.length; index++) {
      const packet = this.#packets[index];
      if (packet) visit(packet);
    }
  }

  /** Nobody is interested in the room any more. */
  forgetRoom(room: Room): void {
    this.#rooms.delete(room);
  }

  #recordSent({ rooms, except, sequence }: LoggedPacket): void {
    this.#recordNames(rooms, sequence);
    this.#recordNames(except, sequence);
  }

  #recordNames(names: readonly Room[], sequence: number): void {
    for (const room of names) {
      const record = this.#rooms.get(room);
      if (record !== undefined) {
        record.last = sequence;
      } else if (this.#isOfInterest(room)) {
        this.#rooms.set(room, { last: sequence, lost: null });
      }
    }
  }

  #evictOldest(): void {
    const packet = this.#packets[this.#head];
    if (!packet) return;
    this.#packets[this.#head] = null;
    this.#head++;
    this.#bytes -= packet.bytes;
    this.#recordLoss(packet);
    this.#compact();
  }

  #recordLoss(packet: LoggedPacket): void {
    const { sequence, rooms, except } = packet;
    if (rooms.length === 0) this.#lostToAll.record(sequence, except);
    for (const room of rooms) {
      const record = this.#rooms.get(room);
      if (record === undefined) continue;
      record.lost ??= new LossMark();
      record.lost.record(sequence, except);
    }
  }

  /** Frees the places of packets that have left: all at once when empty, else when they are the larger half. */
  #compact(): void {
    if (this.#head === this.#packets.length) {
      this.#packets = [];
      this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#packets.length) {
      this.#packets = this.#packets.slice(this.#head);
      this.#head = 0;
    }
  }
}

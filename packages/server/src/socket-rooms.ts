import type { Room, Session } from "@halyard/adapter";
import { SocketDispatcher } from "./socket-dispatch.js";
import type { EventsMap } from "./typed-events.js";

/** The rooms of a socket. Who is in which room is known by the adapter. */
export abstract class RoomMember<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> extends SocketDispatcher<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  /** What it is restored from, until it is connected. */
  protected restoredSession: Session | null = null;
  /** Rooms of a restored session until it is connected: only then the adapter stops to collect what it misses. */
  protected restoredRooms: Set<Room> | null = null;

  /** The middlewares took longer than sessions are kept: what it has missed is not known. */
  get hasLostSession(): boolean {
    return this.restoredSession?.isLost === true;
  }

  /** Rooms it is in, its own id among them; not a copy. */
  get rooms(): Set<Room> {
    return this.restoredRooms ?? this.socketHost.adapter.socketRooms(this.id) ?? new Set();
  }

  /** Joins rooms; nothing happens once disconnected. A promise with adapters that ask other nodes. */
  join(rooms: Room | Room[]): Promise<void> | void {
    if (this.isGone) return undefined;
    const { adapter } = this.socketHost;
    if (!Array.isArray(rooms) && this.restoredRooms === null && adapter.addOne !== undefined) {
      return adapter.addOne(this.id, rooms);
    }
    const added = Array.isArray(rooms) ? rooms : [rooms];
    if (this.restoredRooms === null) return adapter.addAll(this.id, new Set(added));
    for (const room of added) this.restoredRooms.add(room);
    return undefined;
  }

  /** Leaves rooms. A promise with adapters that ask other nodes. */
  leave(rooms: Room | Room[]): Promise<void> | void {
    if (Array.isArray(rooms)) return this.leaveEach(rooms);
    if (this.restoredRooms === null) return this.socketHost.adapter.del(this.id, rooms);
    this.restoredRooms.delete(rooms);
    return undefined;
  }

  private leaveEach(rooms: readonly Room[]): Promise<void> | void {
    const pending = rooms.map((room) => this.leave(room)).filter((left) => left instanceof Promise);
    return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
  }

  // Compatibility: names reached from outside

  /** Leaves all rooms, its own included. */
  leaveAll(): void {
    this.socketHost.adapter.delAll(this.id);
  }
}

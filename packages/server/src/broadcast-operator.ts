import type { AdapterLike, BroadcastOptions, Room, SocketId } from "@halyard/adapter";
import { broadcastAndCollect, type OperatorFlags, type OperatorHost } from "./broadcast-collect.js";
import { EVENT } from "./constants.js";
import type { AckCallback } from "./core/acks.js";
import { collectResponses } from "./core/collect-responses.js";
import { assertNotReserved, RESERVED_EVENTS } from "./core/reserved-events.js";
import { channels } from "./diagnostics.js";
import { type RemoteDetails, RemoteSocket } from "./remote-socket.js";
import type {
  AllButLast,
  DecorateAcknowledgements,
  EventNames,
  EventNamesWithError,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
  TypedEventBroadcaster,
} from "./typed-events.js";

// Compatibility: names reached from outside, by the path of this file
export type { RemoteSocket } from "./remote-socket.js";

declare module "./public-classes.js" {
  interface PublicClasses<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    ServerSideEvents extends EventsMap,
    SocketData,
  > {
    operator: BroadcastOperator<EmitEvents, SocketData>;
  }
}

/**
 * Chooses the recipients of a broadcast: the sockets of any of the rooms, all sockets if no room is named, minus those
 * of the excluded rooms. Immutable: each modifier returns a new operator.
 */
export class BroadcastOperator<EmitEvents extends EventsMap, SocketData> implements TypedEventBroadcaster<EmitEvents> {
  private readonly host: OperatorHost;
  private readonly rooms: ReadonlySet<Room>;
  private readonly exceptRooms: ReadonlySet<Room>;
  private readonly flags: OperatorFlags;

  constructor(
    host: OperatorHost,
    rooms: ReadonlySet<Room> = new Set(),
    exceptRooms: ReadonlySet<Room> = new Set(),
    flags: OperatorFlags = {},
  ) {
    this.host = host;
    this.rooms = rooms;
    this.exceptRooms = exceptRooms;
    this.flags = flags;
  }

  /** Adds rooms. */
  to(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.host, union(this.rooms, room), this.exceptRooms, this.flags);
  }

  /** Adds rooms: same as {@link to}. */
  in(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return this.to(room);
  }

  /** Excludes the sockets of rooms. */
  except(room: Room | Room[]): BroadcastOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.host, this.rooms, union(this.exceptRooms, room), this.flags);
  }

  /** Whether the transport may compress the packet. Default true. */
  compress(compress: boolean): BroadcastOperator<EmitEvents, SocketData> {
    return this.with({ compress });
  }

  /** Recipients that cannot take the packet now miss it. */
  get volatile(): BroadcastOperator<EmitEvents, SocketData> {
    return this.with({ volatile: true });
  }

  /** Only sockets of this node. */
  get local(): BroadcastOperator<EmitEvents, SocketData> {
    return this.with({ local: true });
  }

  /** Waits `timeout` ms for acknowledgements. */
  timeout(timeout: number): BroadcastOperator<DecorateAcknowledgements<EmitEvents>, SocketData> {
    return this.with({ timeout });
  }

  /**
   * Emits to all recipients.
   *
   * With an acknowledgement as last argument it is called once: with the responses, or with an error
   * `operation has timed out` and the responses that came in time.
   *
   * @throws Error for a reserved event name
   */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean;
  emit(...event: unknown[]): boolean {
    assertNotReserved(event[0], RESERVED_EVENTS);
    const ack = event.at(-1);
    if (channels.broadcast.hasSubscribers)
      channels.broadcast.publish({ adapter: this.adapter, event, ...this.options });
    if (typeof ack !== "function") {
      this.host.watch(this.adapter.broadcast({ type: EVENT, data: event }, this.options), "adapter");
      return true;
    }
    event.pop();
    const told: AckCallback = (...args) => Reflect.apply(ack, this, args);
    broadcastAndCollect(this.host, { type: EVENT, data: event }, this.options, told);
    return true;
  }

  /** Emits, and resolves with the responses; the rejection carries those that came in time as `responses`. */
  emitWithAck<Ev extends EventNamesWithError<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    return collectResponses((ack) => this.emit(ev, ...([...args, ack] as EventParams<EmitEvents, Ev>)));
  }

  /**
   * Ids of the recipients.
   *
   * @deprecated use {@link fetchSockets}
   */
  allSockets(): Promise<Set<SocketId>> {
    return this.adapter.sockets(this.rooms as Set<Room>);
  }

  /** The recipients: sockets of this node as they are, those of other nodes as {@link RemoteSocket}. */
  async fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    const sockets = await this.adapter.fetchSockets(this.options);
    return sockets.map((socket) => {
      const isLocal = (socket as { server?: unknown }).server !== undefined;
      if (isLocal) return socket as unknown as RemoteSocket<EmitEvents, SocketData>;
      return new RemoteSocket(
        new BroadcastOperator<EmitEvents, SocketData>(this.host),
        socket as RemoteDetails<SocketData>,
      );
    });
  }

  /** Makes the recipients join rooms. */
  socketsJoin(room: Room | Room[]): void {
    this.host.watch(this.adapter.addSockets(this.options, toArray(room)), "adapter");
  }

  /** Makes the recipients leave rooms. */
  socketsLeave(room: Room | Room[]): void {
    this.host.watch(this.adapter.delSockets(this.options, toArray(room)), "adapter");
  }

  /** Makes the recipients leave the namespace. */
  disconnectSockets(close = false): void {
    this.host.watch(this.adapter.disconnectSockets(this.options, close), "adapter");
  }

  /** An operator for one socket, whose acknowledgement is a single response. */
  forOne(id: SocketId): BroadcastOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.host, new Set([id]), this.exceptRooms, {
      ...this.flags,
      expectSingleResponse: true,
    });
  }

  private get adapter(): AdapterLike {
    return this.host.adapter;
  }

  private get options(): BroadcastOptions & { readonly flags: OperatorFlags } {
    return { rooms: this.rooms as Set<Room>, except: this.exceptRooms as Set<Room>, flags: this.flags };
  }

  private with(flags: OperatorFlags): BroadcastOperator<EmitEvents, SocketData> {
    return new BroadcastOperator(this.host, this.rooms, this.exceptRooms, { ...this.flags, ...flags });
  }
}

function union(rooms: ReadonlySet<Room>, room: Room | Room[]): ReadonlySet<Room> {
  const all = new Set(rooms);
  if (Array.isArray(room)) for (const one of room) all.add(one);
  else all.add(room);
  return all;
}

function toArray(room: Room | Room[]): Room[] {
  return Array.isArray(room) ? room : [room];
}

import type { Room, SocketId } from "@halyard/adapter";
import type { Handshake } from "./handshake.js";
import type { PublicClasses } from "./public-classes.js";
import type {
  DecorateAcknowledgements,
  EventNames,
  EventParams,
  EventsMap,
  TypedEventBroadcaster,
} from "./typed-events.js";

/** What another node tells about one of its sockets. */
export interface RemoteDetails<SocketData> {
  readonly id: SocketId;
  readonly handshake: Handshake;
  readonly rooms: Iterable<Room>;
  readonly data: SocketData;
}

/** What a remote socket asks of the operator that reaches it. */
export interface RemoteTarget<EmitEvents extends EventsMap> extends TypedEventBroadcaster<EmitEvents> {
  timeout(timeout: number): unknown;
  socketsJoin(room: Room | Room[]): void;
  socketsLeave(room: Room | Room[]): void;
  disconnectSockets(close?: boolean): void;
}

/** A socket of another node: what is done to it is sent there. Got from `fetchSockets()`. */
export class RemoteSocket<EmitEvents extends EventsMap, SocketData> implements TypedEventBroadcaster<EmitEvents> {
  readonly id: SocketId;
  readonly handshake: Handshake;
  /** The rooms at the time of the question. */
  readonly rooms: Set<Room>;
  /** A copy of `socket.data` at the time of the question. */
  readonly data: SocketData;
  private readonly operator: RemoteTarget<EmitEvents>; // the name upstream has

  constructor(operator: { forOne(id: SocketId): RemoteTarget<EmitEvents> }, details: RemoteDetails<SocketData>) {
    this.id = details.id;
    this.handshake = details.handshake;
    this.rooms = new Set(details.rooms);
    this.data = details.data;
    this.operator = operator.forOne(this.id);
  }

  /** Waits `timeout` ms for an acknowledgement. */
  timeout(
    timeout: number,
  ): PublicClasses<EventsMap, DecorateAcknowledgements<EmitEvents>, EventsMap, SocketData>["operator"] {
    return this.operator.timeout(timeout) as never;
  }

  /** Emits to this socket. The acknowledgement is called with a single response. */
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    return this.operator.emit(ev, ...args);
  }

  /** Makes it join rooms. */
  join(room: Room | Room[]): void {
    this.operator.socketsJoin(room);
  }

  /** Makes it leave a room. */
  leave(room: Room): void {
    this.operator.socketsLeave(room);
  }

  /** Makes it leave the namespace; `true` closes its connection, too. */
  disconnect(close = false): this {
    this.operator.disconnectSockets(close);
    return this;
  }
}

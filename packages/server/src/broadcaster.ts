import type { Room, SocketId } from "@halyard/adapter";
import type { BroadcastOperator, RemoteSocket } from "./broadcast-operator.js";
import { collectResponses } from "./core/collect-responses.js";
import {
  type AllButLast,
  type DecorateAcknowledgements,
  type DecorateAcknowledgementsWithMultipleResponses,
  type DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  type EventNames,
  type EventNamesWithAck,
  type EventParams,
  type EventsMap,
  type FirstNonErrorArg,
  type Last,
  type RemoveAcknowledgements,
  StrictEventEmitter,
} from "./typed-events.js";

/** What a namespace offers for all its sockets at once, and a server on behalf of its main namespace. */
export abstract class Broadcaster<
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
  ReservedEvents extends EventsMap,
> extends StrictEventEmitter<ServerSideEvents, RemoveAcknowledgements<EmitEvents>, ReservedEvents> {
  /** Emits an event on this namespace of the other nodes; see Namespace#serverSideEmit. */
  abstract serverSideEmit<Ev extends EventNames<ServerSideEvents>>(
    ev: Ev,
    ...args: EventParams<DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSideEvents>, Ev>
  ): boolean;

  /** An operator that selects all sockets. */
  abstract selectAll(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData>;

  /** The sockets of rooms. */
  to(room: Room | Room[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.selectAll().to(room);
  }

  /** Same as {@link to}. */
  in(room: Room | Room[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.selectAll().to(room);
  }

  /** All sockets but those of rooms. */
  except(
    room: Room | Room[],
  ): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.selectAll().except(room);
  }

  /** Whether the transport may compress the packet. */
  compress(
    compress: boolean,
  ): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.selectAll().compress(compress);
  }

  /** Clients that cannot take the packet now miss it. */
  get volatile(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.selectAll().volatile;
  }

  /** Only sockets of this node. */
  get local(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.selectAll().local;
  }

  /** Waits `timeout` ms for acknowledgements. */
  timeout(
    timeout: number,
  ): BroadcastOperator<
    DecorateAcknowledgements<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>>,
    SocketData
  > {
    return this.selectAll().timeout(timeout);
  }

  /** Emits the event `message`. */
  send(...args: EventParams<EmitEvents, "message">): this {
    (this as { emit(...event: unknown[]): boolean }).emit("message", ...args); // by the method: add-ons replace it
    return this;
  }

  /** Emits the event `message`. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /** As {@link serverSideEmit}; resolves with the responses, the rejection carries those that came as `responses`. */
  serverSideEmitWithAck<Ev extends EventNamesWithAck<ServerSideEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<ServerSideEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<ServerSideEvents, Ev>>>[]> {
    return collectResponses((ack) => this.serverSideEmit(ev, ...([...args, ack] as never)));
  }

  /**
   * Ids of all sockets.
   *
   * @deprecated use {@link fetchSockets}
   */
  allSockets(): Promise<Set<SocketId>> {
    return this.selectAll().allSockets();
  }

  /** All sockets, those of other nodes as RemoteSocket. */
  fetchSockets(): Promise<RemoteSocket<EmitEvents, SocketData>[]> {
    return this.selectAll().fetchSockets();
  }

  /** Makes all sockets join rooms. */
  socketsJoin(room: Room | Room[]): void {
    this.selectAll().socketsJoin(room);
  }

  /** Makes all sockets leave rooms. */
  socketsLeave(room: Room | Room[]): void {
    this.selectAll().socketsLeave(room);
  }

  /** Makes all sockets leave the namespace; with `close`, ends their connections. */
  disconnectSockets(close = false): void {
    this.selectAll().disconnectSockets(close);
  }
}

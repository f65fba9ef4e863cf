import type { BroadcastFlags, BroadcastPacket, Room, SocketId } from "@halyard/adapter";
import { MAX_TIMER_MS, visitEach } from "@halyard/engine";
import type { OperatorHost } from "./broadcast-collect.js";
import { BroadcastOperator } from "./broadcast-operator.js";
import type { Client } from "./connection.js";
import { EVENT } from "./constants.js";
import { type AckCallback, type TimedAck, timedAck } from "./core/acks.js";
import type { Packet } from "./core/packet.js";
import { assertNotReserved, RESERVED_EVENTS } from "./core/reserved-events.js";
import { channels } from "./diagnostics.js";
import type { HandlerErrorContext } from "./handler-errors.js";
import { useLeanTable } from "./listener-table.js";
import type { PublicClasses } from "./public-classes.js";
import { CatchAllEmitter } from "./socket-catch-all.js";
import type {
  AllButLast,
  DecorateAcknowledgements,
  DecorateAcknowledgementsWithMultipleResponses,
  EventNames,
  EventNamesWithAck,
  EventParams,
  EventsMap,
  FirstNonErrorArg,
  Last,
} from "./typed-events.js";

/** What a socket asks of its namespace. */
export interface SocketHost extends OperatorHost {
  readonly name: string;
  /** Sessions are kept: everything emitted goes through the adapter, which remembers it. */
  readonly recovery: object | null;
  /** Waiting acknowledgements that take an error are told when the client leaves. */
  readonly settlesAcks: boolean;
  nextAckId(): number;
  onSocketLeft(socket: unknown): void;
  onHandlerError(error: unknown, context: HandlerErrorContext): void;
  /** Reports the rejection of a promise nobody waits for: one of the adapter, or of a handler of `event`. */
  watch(result: unknown, event: string, socketId?: SocketId): void;
}

/** Flags of the next emit. */
export type SocketFlags = BroadcastFlags & {
  /** The acknowledgement takes an error first though no timeout is set. */
  errorFirst?: boolean;
};

const TIMER = {
  set: (callback: () => void, ms: number): unknown => setTimeout(callback, Math.min(ms, MAX_TIMER_MS)),
  clear: (timer: unknown): void => clearTimeout(timer as NodeJS.Timeout),
};
export const NO_FLAGS: SocketFlags = Object.freeze({});
/** Node then tells when the promise a listener returned is rejected. */
const CAPTURE_REJECTIONS = { captureRejections: true };

/** What a socket sends: events with flags and acknowledgements, and broadcasts on its behalf. */
export abstract class SocketEmitter<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
  ReservedEvents extends EventsMap,
> extends CatchAllEmitter<ListenEvents, EmitEvents, ReservedEvents> {
  abstract readonly id: SocketId;
  /** Its connection, which may have joined other namespaces, too. */
  readonly client: Client<ListenEvents, EmitEvents, ServerSideEvents>;
  abstract readonly nsp: SocketHost;
  private flags: SocketFlags = NO_FLAGS; // the name upstream has: packages look at it
  private awaitedAckCallbacks: Map<number, AckCallback> | null = null;

  protected constructor(client: Client<ListenEvents, EmitEvents, ServerSideEvents>) {
    super(CAPTURE_REJECTIONS);
    useLeanTable(this);
    this.client = client;
  }

  /**
   * The socket itself, once it has joined. Programs call methods on proxies of it, and on objects that inherit from it (ADR 15): what is
   * made at first use, and its life cycle, are of the socket.
   */
  protected get original(): this {
    const known = this.socketHost.sockets.get(this.id) as this | undefined;
    return known?.client === this.client ? known : this;
  }

  protected get socketHost(): SocketHost {
    return this.nsp;
  }

  /** Has left the namespace, or will never join it. */
  protected abstract get isGone(): boolean;

  /**
   * Emits to the client. With a function as last argument the client is asked for an acknowledgement.
   *
   * @throws Error for a reserved event name; TypeError for what JSON refuses
   */
  override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean;
  override emit(...event: unknown[]): boolean {
    assertNotReserved(event[0], RESERVED_EVENTS);
    const flags = this.flags;
    if (flags !== NO_FLAGS) this.flags = NO_FLAGS;
    const id = typeof event.at(-1) === "function" ? this.expectAck(event.pop() as AckCallback, flags) : undefined;
    if (id !== undefined && this.isGone) process.nextTick(() => this.releaseAcks()); // too late for the end of the socket
    // The session of a lost client may be restored: the adapter remembers what is emitted meanwhile.
    if (this.isGone && this.socketHost.recovery === null) return true;
    if (channels.emit.hasSubscribers) channels.emit.publish({ socket: this, event });
    if (this.socketHost.recovery !== null) {
      const packet: BroadcastPacket = { type: EVENT, data: event };
      if (id !== undefined) packet.id = id;
      const options = { rooms: new Set([this.id]), except: new Set<Room>(), flags };
      this.socketHost.watch(this.socketHost.adapter.broadcast(packet, options), "adapter");
    } else {
      this.notifyOutgoing(event);
      this.client.sendEvent(EVENT, this.socketHost.name, id, event, flags);
    }
    return true;
  }

  /**
   * Emits, and resolves with the first argument of the acknowledgement. Rejects after `timeout()` ms, and when the
   * client leaves if the server has `settleAcksOnDisconnect`.
   */
  emitWithAck<Ev extends EventNamesWithAck<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstNonErrorArg<Last<EventParams<EmitEvents, Ev>>>> {
    const errorFirst = this.flags.timeout !== undefined || this.socketHost.settlesAcks;
    if (errorFirst) this.flags = { ...this.flags, errorFirst };
    return new Promise((resolve, reject) => {
      const ack = errorFirst
        ? (error: Error | null, value: never): void => (error === null ? resolve(value) : reject(error))
        : resolve;
      this.emit(ev, ...([...args, ack] as EventParams<EmitEvents, Ev>));
    });
  }

  /** Emits the event `message`. */
  send(...args: EventParams<EmitEvents, "message">): this {
    this.emit("message", ...args);
    return this;
  }

  /** Emits the event `message`. */
  write(...args: EventParams<EmitEvents, "message">): this {
    return this.send(...args);
  }

  /** Waits `timeout` ms for the acknowledgement of the next emit, which then takes an error first. */
  timeout(
    timeout: number,
  ): PublicClasses<ListenEvents, DecorateAcknowledgements<EmitEvents>, ServerSideEvents, SocketData>["socket"] {
    this.flags = { ...this.flags, timeout };
    return this as never;
  }

  /** Whether the transport may compress the next packet. Default true. */
  compress(compress: boolean): this {
    this.flags = { ...this.flags, compress };
    return this;
  }

  /** The next packet is dropped if the client cannot take it now. */
  get volatile(): this {
    this.flags = { ...this.flags, volatile: true };
    return this;
  }

  /** Everyone but this socket. */
  get broadcast(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    const { flags } = this;
    this.flags = NO_FLAGS;
    return new BroadcastOperator(this.socketHost, new Set(), new Set([this.id]), { ...flags });
  }

  /** Everyone but this socket, on this node. */
  get local(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.broadcast.local;
  }

  /** The sockets of rooms but this one. */
  to(room: Room | Room[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.broadcast.to(room);
  }

  /** Same as {@link to}. */
  in(room: Room | Room[]): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.broadcast.to(room);
  }

  /** Everyone but this socket and the sockets of rooms. */
  except(
    room: Room | Room[],
  ): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.broadcast.except(room);
  }

  /** Nobody waits for this acknowledgement any more, if it was asked for at all. */
  forgetAck(id: number): void {
    this.awaitedAckCallbacks?.delete(id); // not `acks`: that makes a map, and most sockets never need one
  }

  /** An acknowledgement of the client. */
  protected onAck(packet: Packet): void {
    const id = packet.id as number;
    const callback = this.awaitedAckCallbacks?.get(id);
    if (callback === undefined) return; // unknown or repeated
    this.acks.delete(id);
    const args = (packet.data ?? []) as unknown[];
    if (channels.ack.hasSubscribers) channels.ack.publish({ socket: this, id, args, direction: "in" });
    this.socketHost.watch(Reflect.apply(callback, this, args), "ack", this.id);
  }

  /** Nobody will answer any more: memory goes, and who asked to be told is told. */
  protected releaseAcks(): void {
    const acks = this.awaitedAckCallbacks;
    this.awaitedAckCallbacks = null;
    if (acks === null || !this.socketHost.settlesAcks) return;
    const error = new Error("socket has been disconnected");
    visitEach(acks.values(), (ack) => (ack as Partial<TimedAck>).fail?.(error));
  }

  private expectAck(callback: AckCallback, flags: SocketFlags): number {
    const id = this.socketHost.nextAckId();
    if (flags.timeout === undefined && flags.errorFirst !== true) {
      this.acks.set(id, callback);
      return id;
    }
    const watched = (...args: unknown[]): void => {
      this.socketHost.watch(Reflect.apply(callback, this, args), "ack", this.id);
    };
    this.acks.set(
      id,
      timedAck(watched, flags.timeout, TIMER, () => this.forgetAck(id)),
    );
    return id;
  }

  // Compatibility: names reached from outside

  /** Callbacks waiting for an acknowledgement, by id; adapters add theirs. */
  get acks(): Map<number, AckCallback> {
    return this.awaitedAckCallbacks ?? (this.original.awaitedAckCallbacks ??= new Map());
  }
}

import type { Packet } from "./core/packet.js";
import { Emitter } from "./emitter.js";
import type { AnyListener, EventsMap } from "./events.js";

/** An emitter with listeners to all events, of either direction. */
export class CatchAllEmitter<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ReservedEvents extends EventsMap,
> extends Emitter<ListenEvents, EmitEvents, ReservedEvents> {
  private incoming: AnyListener[] = [];
  private outgoing: AnyListener[] = [];

  /** Listens to all received events; the name comes first. */
  onAny(listener: AnyListener): this {
    this.incoming.push(listener);
    return this;
  }

  prependAny(listener: AnyListener): this {
    this.incoming.unshift(listener);
    return this;
  }

  offAny(listener?: AnyListener): this {
    this.incoming = without(this.incoming, listener);
    return this;
  }

  listenersAny(): AnyListener[] {
    return this.incoming;
  }

  /** Listens to all events that are sent. Acknowledgements are not. */
  onAnyOutgoing(listener: AnyListener): this {
    this.outgoing.push(listener);
    return this;
  }

  prependAnyOutgoing(listener: AnyListener): this {
    this.outgoing.unshift(listener);
    return this;
  }

  offAnyOutgoing(listener?: AnyListener): this {
    this.outgoing = without(this.outgoing, listener);
    return this;
  }

  listenersAnyOutgoing(): AnyListener[] {
    return this.outgoing;
  }

  /** @internal */
  protected notifyIncomingListeners(args: readonly unknown[]): void {
    notify(this, this.incoming, args);
  }

  // Compatibility: names reached from outside.

  notifyOutgoingListeners(packet: Packet): void {
    notify(this, this.outgoing, packet.data as unknown[]);
  }
}

/** The live list, or a list without one registration of `listener`, or without any. */
function without(listeners: AnyListener[], listener: AnyListener | undefined): AnyListener[] {
  if (!listener) return [];
  const index = listeners.indexOf(listener);
  if (index >= 0) listeners.splice(index, 1);
  return listeners;
}

function notify(socket: unknown, listeners: readonly AnyListener[], args: readonly unknown[]): void {
  for (const listener of listeners.slice()) listener.apply(socket, args as unknown[]);
}

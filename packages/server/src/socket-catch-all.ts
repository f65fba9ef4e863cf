import { onRejection } from "@halyard/engine";
import { type EventsMap, StrictEventEmitter, type Untyped } from "./typed-events.js";

/** Hears every event: its name, then its arguments. */
export type CatchAllListener = (...args: Untyped[]) => void;

/** Catch-all listeners in both directions. Lists exist only while somebody listens. */
export abstract class CatchAllEmitter<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ReservedEvents extends EventsMap,
> extends StrictEventEmitter<ListenEvents, EmitEvents, ReservedEvents> {
  #incomingListeners: CatchAllListener[] | null = null;
  #outgoingListeners: CatchAllListener[] | null = null;

  /** Adds a listener of all incoming events; called before middlewares and other listeners. */
  onAny(listener: CatchAllListener): this {
    (this.#incomingListeners ??= []).push(listener);
    return this;
  }

  /** As {@link onAny}, before those added so far. */
  prependAny(listener: CatchAllListener): this {
    (this.#incomingListeners ??= []).unshift(listener);
    return this;
  }

  /** Removes a listener of incoming events, or all of them. */
  offAny(listener?: CatchAllListener): this {
    this.#incomingListeners = without(this.#incomingListeners, listener);
    return this;
  }

  /** The list of listeners of incoming events itself: changing it changes who is called. */
  listenersAny(): CatchAllListener[] {
    return (this.#incomingListeners ??= []);
  }

  /** Adds a listener of all outgoing events, broadcasts that reach this socket included; not of acknowledgements. */
  onAnyOutgoing(listener: CatchAllListener): this {
    (this.#outgoingListeners ??= []).push(listener);
    return this;
  }

  /** As {@link onAnyOutgoing}, before those added so far. */
  prependAnyOutgoing(listener: CatchAllListener): this {
    (this.#outgoingListeners ??= []).unshift(listener);
    return this;
  }

  /** Removes a listener of outgoing events, or all of them. */
  offAnyOutgoing(listener?: CatchAllListener): this {
    this.#outgoingListeners = without(this.#outgoingListeners, listener);
    return this;
  }

  /** The list of listeners of outgoing events itself: changing it changes who is called. */
  listenersAnyOutgoing(): CatchAllListener[] {
    return (this.#outgoingListeners ??= []);
  }

  protected notifyIncoming(event: readonly unknown[]): void {
    if (this.#incomingListeners !== null) this.callCatchAll(this.#incomingListeners, event);
  }

  protected notifyOutgoing(event: readonly unknown[]): void {
    if (this.#outgoingListeners !== null) this.callCatchAll(this.#outgoingListeners, event);
  }

  private callCatchAll(listeners: readonly CatchAllListener[], event: readonly unknown[]): void {
    // A copy: a listener may add or remove others.
    for (const listener of Array.from(listeners)) {
      const result: unknown = Reflect.apply(listener, this, event);
      if (result === undefined) continue;
      onRejection(result, (error) => this.onListenerRejected(error, String(event[0]), event));
    }
  }
}

/** Removes in place, so that a list handed out by `listenersAny()` stays the live one. */
function without(list: CatchAllListener[] | null, listener: CatchAllListener | undefined): CatchAllListener[] | null {
  if (list === null || listener === undefined) return null;
  const index = list.indexOf(listener);
  if (index !== -1) list.splice(index, 1);
  return list;
}

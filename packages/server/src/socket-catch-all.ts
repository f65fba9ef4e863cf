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
  private incomingCatchAll: CatchAllListener[] | null = null;
  private outgoingCatchAll: CatchAllListener[] | null = null;

  /** Adds a listener of all incoming events; called before middlewares and other listeners. */
  onAny(listener: CatchAllListener): this {
    (this.incomingCatchAll ??= []).push(listener);
    return this;
  }

  /** As {@link onAny}, before those added so far. */
  prependAny(listener: CatchAllListener): this {
    (this.incomingCatchAll ??= []).unshift(listener);
    return this;
  }

  /** Removes a listener of incoming events, or all of them. */
  offAny(listener?: CatchAllListener): this {
    this.incomingCatchAll = without(this.incomingCatchAll, listener);
    return this;
  }

  /** The list of listeners of incoming events itself: changing it changes who is called. */
  listenersAny(): CatchAllListener[] {
    return (this.incomingCatchAll ??= []);
  }

  /** Adds a listener of all outgoing events, broadcasts that reach this socket included; not of acknowledgements. */
  onAnyOutgoing(listener: CatchAllListener): this {
    (this.outgoingCatchAll ??= []).push(listener);
    return this;
  }

  /** As {@link onAnyOutgoing}, before those added so far. */
  prependAnyOutgoing(listener: CatchAllListener): this {
    (this.outgoingCatchAll ??= []).unshift(listener);
    return this;
  }

  /** Removes a listener of outgoing events, or all of them. */
  offAnyOutgoing(listener?: CatchAllListener): this {
    this.outgoingCatchAll = without(this.outgoingCatchAll, listener);
    return this;
  }

  /** The list of listeners of outgoing events itself: changing it changes who is called. */
  listenersAnyOutgoing(): CatchAllListener[] {
    return (this.outgoingCatchAll ??= []);
  }

  protected notifyIncoming(event: readonly unknown[]): void {
    if (this.incomingCatchAll !== null) this.callCatchAll(this.incomingCatchAll, event);
  }

  protected notifyOutgoing(event: readonly unknown[]): void {
    if (this.outgoingCatchAll !== null) this.callCatchAll(this.outgoingCatchAll, event);
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

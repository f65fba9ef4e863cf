import { Emitter } from "./emitter.js";
import type { AnyListener, EventsMap } from "./events.js";

/** An emitter with listeners to all events, of either direction. */
export class CatchAllEmitter<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ReservedEvents extends EventsMap,
> extends Emitter<ListenEvents, EmitEvents, ReservedEvents> {
  /** Listens to all received events; the name comes first. */
  declare onAny: (listener: AnyListener) => this;
  declare prependAny: (listener: AnyListener) => this;
  /** Removes one registration of a listener; without one, all. */
  declare offAny: (listener?: AnyListener) => this;
  /** The live list. */
  declare listenersAny: () => AnyListener[];

  /** Listens to all events that are sent. Acknowledgements are not. */
  declare onAnyOutgoing: (listener: AnyListener) => this;
  declare prependAnyOutgoing: (listener: AnyListener) => this;
  /** Removes one registration of a listener; without one, all. */
  declare offAnyOutgoing: (listener?: AnyListener) => this;
  /** The live list. */
  declare listenersAnyOutgoing: () => AnyListener[];

  /** @internal */
  protected notifyAny(listeners: readonly AnyListener[], args: readonly unknown[]): void {
    for (const listener of listeners.slice()) listener.apply(this, args as unknown[]);
  }

  // Compatibility: names reached from outside.

  _anyListeners: AnyListener[] = [];
  _anyOutgoingListeners: AnyListener[] = [];
}

type Self = CatchAllEmitter<EventsMap, EventsMap, EventsMap>;

/**
 * The four methods of one direction, whose listeners are in the field `list`. Made for both directions by one text: a page loads it
 * once.
 */
function addMethods(direction: "Any" | "AnyOutgoing", list: "_anyListeners" | "_anyOutgoingListeners"): void {
  Object.assign(CatchAllEmitter.prototype, {
    [`on${direction}`](this: Self, listener: AnyListener) {
      this[list].push(listener);
      return this;
    },
    [`prepend${direction}`](this: Self, listener: AnyListener) {
      this[list].unshift(listener);
      return this;
    },
    [`off${direction}`](this: Self, listener?: AnyListener) {
      const index = this[list].indexOf(listener!);
      if (!listener) this[list] = [];
      else if (index >= 0) this[list].splice(index, 1);
      return this;
    },
    [`listeners${direction}`](this: Self) {
      return this[list];
    },
  });
}
addMethods("Any", "_anyListeners");
addMethods("AnyOutgoing", "_anyOutgoingListeners");

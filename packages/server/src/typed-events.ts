import { EventEmitter } from "node:events";
import { emitEvent, unhideEmit } from "./emit-event.js";

/* oxlint-disable typescript/no-explicit-any -- the shapes of events and arguments are the user's own */

/** What only the user knows the shape of, and did not declare. */
export type Untyped = any;

/** Event name to listener signature. */
export interface EventsMap {
  [event: string]: any;
}

/** The map of who gives none: every event, any arguments. */
export interface DefaultEventsMap {
  [event: string]: (...args: any[]) => void;
}

type AnyFunction = (...args: any[]) => any;
type IsAny<T> = 0 extends 1 & T ? true : false;
type IfAny<T, Then, Else> = IsAny<T> extends true ? Then : Else;
type ParametersOf<T> = T extends (...args: infer P) => any ? P : never;

/** Last element of a tuple, or the element type of an array. */
export type Last<T extends readonly unknown[]> = T extends readonly [infer Only]
  ? Only
  : T extends readonly [infer _, ...infer Rest]
    ? Last<Rest>
    : T extends ReadonlyArray<infer Item>
      ? Item
      : never;

/** A tuple without its last element. */
export type AllButLast<T extends any[]> = T extends [...infer Head, infer _] ? Head : any[];

/** Names of the events in a map. */
export type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);

/** Arguments of an event. */
export type EventParams<Map extends EventsMap, Ev extends EventNames<Map>> = Parameters<Map[Ev]>;

/** Names of the events whose last argument is an acknowledgement. */
export type EventNamesWithAck<Map extends EventsMap, K extends EventNames<Map> = EventNames<Map>> = IfAny<
  Last<Parameters<Map[K]>> | Map[K],
  K,
  K extends (Parameters<Map[K]> extends never[] ? never : Last<Parameters<Map[K]>> extends AnyFunction ? K : never)
    ? K
    : never
>;

/** Names of the events without an acknowledgement. */
export type EventNamesWithoutAck<Map extends EventsMap, K extends EventNames<Map> = EventNames<Map>> = IfAny<
  Last<Parameters<Map[K]>> | Map[K],
  K,
  K extends (Parameters<Map[K]> extends never[] ? K : never)
    ? K
    : K extends (Last<Parameters<Map[K]>> extends AnyFunction ? never : K)
      ? K
      : never
>;

/** Names of the events whose acknowledgement takes an error first. */
export type EventNamesWithError<
  Map extends EventsMap,
  K extends EventNamesWithAck<Map> = EventNamesWithAck<Map>,
> = IfAny<
  Last<Parameters<Map[K]>> | Map[K],
  K,
  K extends (ParametersOf<Last<Parameters<Map[K]>>>[0] extends Error ? K : never) ? K : never
>;

/** A map without the events that ask for an acknowledgement. */
export type RemoveAcknowledgements<E extends EventsMap> = { [K in EventNamesWithoutAck<E>]: E[K] };

/** Names one may listen to. */
export type ReservedOrUserEventNames<Reserved extends EventsMap, User extends EventsMap> =
  | EventNames<Reserved>
  | EventNames<User>;

type OrUntyped<T> = [T] extends [never] ? (...args: any[]) => void | Promise<void> : T;

/** Listener of a reserved event or of the user's own. */
export type ReservedOrUserListener<
  Reserved extends EventsMap,
  User extends EventsMap,
  Ev extends ReservedOrUserEventNames<Reserved, User>,
> = OrUntyped<Ev extends EventNames<Reserved> ? Reserved[Ev] : Ev extends EventNames<User> ? User[Ev] : never>;

/** First element that is not an error. */
export type FirstNonErrorTuple<T extends unknown[]> = T[0] extends Error ? T[1] : T[0];

/** First parameter that is not an error: what a promise of an acknowledgement resolves to. */
export type FirstNonErrorArg<T> = T extends (...args: infer P) => any ? FirstNonErrorTuple<P> : any;

/** Every element becomes an array of itself. */
export type MultiplyArray<T extends unknown[]> = { [K in keyof T]: T[K][] };

type WithTimeoutError<T extends any[]> = {
  [K in keyof T]: T[K] extends (...args: infer P) => infer R
    ? P[0] extends Error
      ? T[K]
      : (err: Error, ...args: P) => R
    : T[K];
};

type FirstKeepingLabel<T extends any[]> = T extends [any, ...infer Rest]
  ? T extends [...infer H, ...Rest]
    ? H
    : never
  : never;

type WithManyResponses<T extends any[]> = {
  [K in keyof T]: T[K] extends (...args: infer P) => infer R
    ? P extends [Error]
      ? (err: Error) => R
      : P extends [Error, ...infer Rest]
        ? (err: Error, ...args: FirstKeepingLabel<MultiplyArray<Rest>>) => R
        : P extends []
          ? () => R
          : (...args: FirstKeepingLabel<MultiplyArray<P>>) => R
    : T[K];
};

/** Acknowledgements take an error first: `timeout()`. */
export type DecorateAcknowledgements<E> = {
  [K in keyof E]: E[K] extends (...args: infer P) => infer R ? (...args: WithTimeoutError<P>) => R : E[K];
};

/** Acknowledgements take an error, then one response of each: `timeout()` on a broadcast. */
export type DecorateAcknowledgementsWithTimeoutAndMultipleResponses<E> = {
  [K in keyof E]: E[K] extends (...args: infer P) => infer R
    ? (...args: WithManyResponses<WithTimeoutError<P>>) => R
    : E[K];
};

/** Acknowledgements take one response of each: a broadcast. */
export type DecorateAcknowledgementsWithMultipleResponses<E> = {
  [K in keyof E]: E[K] extends (...args: infer P) => infer R ? (...args: WithManyResponses<P>) => R : E[K];
};

/** What can emit typed events. */
export interface TypedEventBroadcaster<EmitEvents extends EventsMap> {
  emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean;
}

/**
 * An EventEmitter with one map for what is heard and another for what is sent.
 *
 * `emit` sends; `emitReserved` calls local listeners.
 */
export abstract class StrictEventEmitter<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- no reserved events: an empty map
  ReservedEvents extends EventsMap = Record<never, never>,
>
  extends EventEmitter
  implements TypedEventBroadcaster<EmitEvents>
{
  constructor(options?: ConstructorParameters<typeof EventEmitter>[0]) {
    super(options);
    unhideEmit(this);
  }

  override on<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this {
    return super.on(ev, listener);
  }

  override once<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    ev: Ev,
    listener: ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>,
  ): this {
    return super.once(ev, listener);
  }

  override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    return super.emit(ev, ...args);
  }

  override listeners<Ev extends ReservedOrUserEventNames<ReservedEvents, ListenEvents>>(
    event: Ev,
  ): ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[] {
    return super.listeners(event) as ReservedOrUserListener<ReservedEvents, ListenEvents, Ev>[];
  }

  /** Calls the listeners of a reserved event. */
  protected emitReserved<Ev extends EventNames<ReservedEvents>>(
    ev: Ev,
    ...args: EventParams<ReservedEvents, Ev>
  ): boolean {
    return emitEvent(this, [ev, ...args]);
  }

  /** The promise a listener returned was rejected; heard by emitters made with `captureRejections`. */
  protected onListenerRejected(error: unknown, event: string, _args: readonly unknown[]): void {
    console.error(`listener of "${event}" rejected:`, error);
  }
}

// Node calls the method of this symbol; a class member with a computed name cannot be declared in isolation.
Object.defineProperty(StrictEventEmitter.prototype, EventEmitter.captureRejectionSymbol, {
  value(
    this: { onListenerRejected(error: unknown, event: string, args: readonly unknown[]): void },
    error: unknown,
    event: string | symbol,
    ...args: unknown[]
  ): void {
    this.onListenerRejected(error, String(event), args);
  },
});

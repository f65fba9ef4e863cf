// oxlint-disable typescript/no-explicit-any -- the signature of a listener is the user's

/** Names of events and the signatures of their listeners. */
export interface EventsMap {
  [event: string]: any;
}

/** Any event, any arguments. */
export interface DefaultEventsMap {
  [event: string]: (...args: any[]) => void;
}

/** For a class whose users neither emit nor hear events of their own. */
// oxlint-disable-next-line typescript/no-generated-empty-object-type -- exactly that
export type NoEvents = Record<never, never>;

export type EventNames<Map extends EventsMap> = keyof Map & (string | symbol);
export type EventParams<Map extends EventsMap, Name extends EventNames<Map>> = Parameters<Map[Name]>;
export type ReservedOrUserEventNames<Reserved extends EventsMap, User extends EventsMap> =
  | EventNames<Reserved>
  | EventNames<User>;

/** The listener of a reserved event if there is one of that name, else of the user's. */
export type ReservedOrUserListener<
  Reserved extends EventsMap,
  User extends EventsMap,
  Name extends ReservedOrUserEventNames<Reserved, User>,
> = OrUntyped<Name extends EventNames<Reserved> ? Reserved[Name] : Name extends EventNames<User> ? User[Name] : never>;
/** Generic code cannot resolve the listener's type; then any function will do. */
type OrUntyped<T> = [T] extends [never] ? (...args: any[]) => void | Promise<void> : T;

interface Listener {
  (...args: any[]): void;
  /** What `once` wraps. */
  fn?: Listener;
}

/** `on` and `off` with another name. Not `this["on"]`: `jest.Mocked<Socket>`, the class and a mapped type in one, would ask without end. */
interface Methods<Reserved extends EventsMap, Listen extends EventsMap, Self> {
  on<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
    listener: ReservedOrUserListener<Reserved, Listen, Name>,
  ): Self;
  off<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    ...args: [event?: Name, listener?: ReservedOrUserListener<Reserved, Listen, Name>]
  ): Self;
}

/**
 * The emitter of every public class of this package, as `@socket.io/component-emitter`: listeners are a snapshot per emit,
 * `off()` without arguments clears everything, an `error` nobody hears does not throw.
 */
export class Emitter<Listen extends EventsMap, Emit extends EventsMap, Reserved extends EventsMap = NoEvents> {
  /** Lists are replaced, never changed, so that an emit may walk the one it found. Without prototype: events have any name. */
  declare private _callbacks: Record<string, readonly Listener[] | undefined> | undefined;

  /** Emits an event that is not the user's to emit: always this class's `emit`, whatever a subclass makes of it. */
  declare protected emitReserved: <Name extends EventNames<Reserved>>(
    event: Name,
    ...args: EventParams<Reserved, Name>
  ) => this;
  // Compatibility: other names of the same methods
  declare addEventListener: Methods<Reserved, Listen, this>["on"];
  declare removeListener: Methods<Reserved, Listen, this>["off"];
  declare removeEventListener: Methods<Reserved, Listen, this>["off"];
  declare removeAllListeners: Methods<Reserved, Listen, this>["off"];

  on<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
    listener: ReservedOrUserListener<Reserved, Listen, Name>,
  ): this {
    (this._callbacks ||= Object.create(null) as Record<string, Listener[]>)[event as string] = [
      ...this.listeners(event),
      listener,
    ];
    return this;
  }

  once<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
    listener: ReservedOrUserListener<Reserved, Listen, Name>,
  ): this {
    const wrapper: Listener = (...args) => {
      this.off(event, wrapper as never);
      (listener as Listener).apply(this, args);
    };
    wrapper.fn = listener as Listener;
    return this.on(event, wrapper as never);
  }

  /** Removes a listener; without one, all of the event; without an event, all. */
  off<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    ...args: [event?: Name, listener?: ReservedOrUserListener<Reserved, Listen, Name>]
  ): this {
    const [event, listener] = args;
    const list: Listener[] = this.listeners(event!);
    const at = list.findIndex((one) => one === listener || one.fn === listener);
    const rest = args.length > 1 ? list.filter((_, i) => i !== at) : [];
    if (!args.length) this._callbacks = undefined;
    else if (rest.length) this._callbacks![event as string] = rest;
    else delete this._callbacks?.[event as string];
    return this;
  }

  emit<Name extends EventNames<Emit>>(event: Name, ...args: EventParams<Emit, Name>): this {
    const list = this._callbacks?.[event as string];
    if (list) for (const listener of list) listener.apply(this, args);
    return this;
  }

  listeners<Name extends ReservedOrUserEventNames<Reserved, Listen>>(
    event: Name,
  ): ReservedOrUserListener<Reserved, Listen, Name>[] {
    return (this._callbacks?.[event as string] ?? []) as ReservedOrUserListener<Reserved, Listen, Name>[];
  }

  hasListeners<Name extends ReservedOrUserEventNames<Reserved, Listen>>(event: Name): boolean {
    return !!this.listeners(event).length;
  }
}

// Other names of the same functions, not methods that call them: a page has to load each.
const methods = Emitter.prototype as unknown as Record<string, unknown>;
methods["emitReserved"] = methods["emit"];
methods["addEventListener"] = methods["on"];
methods["removeListener"] = methods["removeEventListener"] = methods["removeAllListeners"] = methods["off"];

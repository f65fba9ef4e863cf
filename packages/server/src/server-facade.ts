import type { EventEmitter } from "node:events";
import type { BroadcastOperator } from "./broadcast-operator.js";
import { Broadcaster } from "./broadcaster.js";
import type { Namespace } from "./namespace.js";
import type { ExtendedError, ServerReservedEventsMap } from "./namespace-events.js";
import type { Socket } from "./socket.js";
import type {
  DecorateAcknowledgementsWithMultipleResponses,
  DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  EventNames,
  EventParams,
  EventsMap,
} from "./typed-events.js";

/** What a server does on behalf of its main namespace: each method is the same call on {@link sockets}. */
export abstract class ServerFacade<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> extends Broadcaster<
  EmitEvents,
  ServerSideEvents,
  SocketData,
  ServerReservedEventsMap<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
> {
  /** The main namespace, `/`. */
  abstract sockets: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;

  /** Adds a middleware; see Namespace#use. */
  use(
    fn: (
      socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
      next: (err?: ExtendedError) => void,
    ) => void,
  ): this {
    this.sockets.use(fn);
    return this;
  }

  /** Emits the event `message`; see Namespace#send. */
  override send(...args: EventParams<EmitEvents, "message">): this {
    this.sockets.send(...args);
    return this;
  }

  /** Emits an event on the other nodes; see Namespace#serverSideEmit. */
  override serverSideEmit<Ev extends EventNames<ServerSideEvents>>(
    ev: Ev,
    ...args: EventParams<DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSideEvents>, Ev>
  ): boolean {
    return this.sockets.serverSideEmit(ev, ...args);
  }

  override selectAll(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return this.sockets.selectAll();
  }
}

/** The methods of EventEmitter.prototype; a server is an emitter by name only. */
const FORWARDED = [
  "setMaxListeners",
  "getMaxListeners",
  "emit",
  "addListener",
  "on",
  "prependListener",
  "once",
  "prependOnceListener",
  "removeListener",
  "off",
  "removeAllListeners",
  "listeners",
  "rawListeners",
  "listenerCount",
  "eventNames",
] as const satisfies readonly (keyof EventEmitter)[];

for (const name of FORWARDED) {
  Object.defineProperty(ServerFacade.prototype, name, {
    configurable: true,
    writable: true,
    value(this: { sockets: EventEmitter }, ...args: unknown[]): unknown {
      return Reflect.apply(this.sockets[name] as (...args: unknown[]) => unknown, this.sockets, args);
    },
  });
}

import type { HandlerErrorListener } from "./handler-errors.js";
import type { PublicClasses } from "./public-classes.js";
import type { Socket } from "./socket.js";
import type { EventsMap, Untyped } from "./typed-events.js";

/** An error a middleware refuses a client with; `data` is sent along. */
export interface ExtendedError extends Error {
  data?: Untyped;
}

/** Events a namespace itself emits. */
export interface NamespaceReservedEventsMap<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> {
  connect: (socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>) => void;
  connection: (socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>) => void;
}

/** Events the server emits, on its main namespace. */
export interface ServerReservedEventsMap<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> extends NamespaceReservedEventsMap<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  new_namespace: (
    namespace: PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, SocketData>["namespace"],
  ) => void;
  /** The promise of a listener or a middleware was rejected. Without a listener it is printed. */
  handler_error: HandlerErrorListener;
}

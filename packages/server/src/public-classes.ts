import type { EventsMap } from "./typed-events.js";

/**
 * The types of the public classes, for the properties that point upward: `socket.nsp`, `namespace.server`,
 * `client.sockets`. The file of each class adds itself here by declaration merging, so imports go down only while users
 * get the class and not a look-alike.
 */
// The parameters are used by the merged declarations.
export interface PublicClasses<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> {
  /** Keeps the four parameters in use. */
  readonly events: [ListenEvents, EmitEvents, ServerSideEvents, SocketData];
}

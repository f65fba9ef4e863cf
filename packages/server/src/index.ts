import type * as broadcast from "./broadcast-operator.js";
import type * as disconnect from "./disconnect.js";
import type * as drain from "./drain.js";
import type * as handlers from "./handler-errors.js";
import type * as handshakes from "./handshake.js";
import type * as httpServers from "./http-server.js";
import * as namespace from "./namespace.js";
import type * as events from "./namespace-events.js";
import type * as options from "./options.js";
import type * as remote from "./remote-socket.js";
import * as server from "./server.js";
import type * as dispatch from "./socket-dispatch.js";
import * as socket from "./socket.js";
import type * as typed from "./typed-events.js";

/** `require("@halyard/server")(httpServer)`: creates a server. */
function halyard(httpServer?: httpServers.HttpServer | number, opts?: Partial<options.ServerOptions>): server.Server {
  return new server.Server(httpServer, opts);
}

namespace halyard {
  export import Server = server.Server;
  export import Namespace = namespace.Namespace;
  export import Socket = socket.Socket;
  export type BroadcastOperator<EmitEvents extends typed.EventsMap, SocketData> = broadcast.BroadcastOperator<
    EmitEvents,
    SocketData
  >;
  export type RemoteSocket<EmitEvents extends typed.EventsMap, SocketData> = remote.RemoteSocket<
    EmitEvents,
    SocketData
  >;
  export type DefaultEventsMap = typed.DefaultEventsMap;
  export type DisconnectReason = disconnect.DisconnectReason;
  export type DisconnectDetails = disconnect.DisconnectDetails;
  export type DrainOptions = drain.DrainOptions;
  export type DrainProgress = drain.DrainProgress;
  export type Event = dispatch.Event;
  export type HandlerErrorContext = handlers.HandlerErrorContext;

  // Interfaces of their own: programs add fields, `declare module "socket.io" { interface Handshake {} }`.
  export interface ExtendedError extends events.ExtendedError {}
  export interface Handshake extends handshakes.Handshake {}
  export interface ServerOptions extends options.ServerOptions {}
}

export = halyard;

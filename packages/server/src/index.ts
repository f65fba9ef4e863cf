import type { BroadcastOperator } from "./broadcast-operator.js";
import type { DisconnectDetails, DisconnectReason } from "./disconnect.js";
import type { DrainOptions, DrainProgress } from "./drain.js";
import type { HandlerErrorContext } from "./handler-errors.js";
import type { Handshake } from "./handshake.js";
import type { HttpServer } from "./http-server.js";
import * as namespace from "./namespace.js";
import type { ExtendedError } from "./namespace-events.js";
import type { ServerOptions } from "./options.js";
import type { RemoteSocket } from "./remote-socket.js";
import * as server from "./server.js";
import type { Event } from "./socket-dispatch.js";
import * as socket from "./socket.js";
import type { DefaultEventsMap } from "./typed-events.js";

/** `require("@halyard/server")(httpServer)`: creates a server. */
function halyard(httpServer?: HttpServer | number, opts?: Partial<ServerOptions>): server.Server {
  return new server.Server(httpServer, opts);
}

namespace halyard {
  export import Server = server.Server;
  export import Namespace = namespace.Namespace;
  export import Socket = socket.Socket;
}

// Names of the interfaces, not interfaces of their own: programs add fields, `declare module "socket.io" { interface Handshake {} }`.
declare namespace halyard {
  export type {
    BroadcastOperator,
    DefaultEventsMap,
    DisconnectDetails,
    DisconnectReason,
    DrainOptions,
    DrainProgress,
    Event,
    ExtendedError,
    HandlerErrorContext,
    Handshake,
    RemoteSocket,
    ServerOptions,
  };
}

export = halyard;

import type { Server as HttpServer } from "node:http";
import * as server from "./server.js";

/** `require("@halyard/server")(httpServer)`: creates a server. */
function halyard(httpServer?: HttpServer | number, options?: Partial<server.ServerOptions>): server.Server {
  return new server.Server(httpServer, options);
}

namespace halyard {
  export import Server = server.Server;
  export type ServerOptions = server.ServerOptions;
}

export = halyard;

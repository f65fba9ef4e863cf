import { EventEmitter } from "node:events";
import type { Server as HttpServer } from "node:http";

/** Options of a server. */
export interface ServerOptions {
  /** Path under which the server answers. Default `/socket.io`. */
  path: string;
}

/** A realtime server. */
export class Server extends EventEmitter {
  readonly httpServer: HttpServer | number | undefined;

  constructor(httpServer?: HttpServer | number, _options?: Partial<ServerOptions>) {
    super();
    this.httpServer = httpServer;
  }
}

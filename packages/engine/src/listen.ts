import { createServer, type Server as HttpServer } from "node:http";
import type { AttachOptions, ServerOptions } from "./options.js";
import { Server } from "./server.js";

/**
 * An engine on an HTTP server of its own, which answers everything else with 501.
 *
 * @param listening called once the server listens
 */
export function listen(
  port: number,
  options?: (AttachOptions & ServerOptions) | (() => void) | null,
  listening?: () => void,
): Server {
  if (typeof options === "function") return listen(port, {}, options);
  const server = createServer((_req, res) => {
    res.writeHead(501);
    res.end("Not Implemented");
  });
  const engine = attach(server, options ?? {});
  engine.httpServer = server;
  server.listen(port, listening);
  return engine;
}

/** An engine on an HTTP server that exists. */
export function attach(server: HttpServer, options: AttachOptions & ServerOptions = {}): Server {
  const engine = new Server(options);
  engine.attach(server, options);
  return engine;
}

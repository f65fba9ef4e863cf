import { createServer, type Server as PlainServer } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import { inspect } from "node:util";

/** A server of HTTP 1 or 2, with or without TLS. */
export type HttpServer = PlainServer | HttpsServer | Http2SecureServer | Http2Server;

/**
 * Takes what was given to attach to: an HTTP server, or a port to listen on with a server that knows nothing else.
 *
 * @throws Error for a request handler such as an Express application, RangeError for what is no port
 */
export function toHttpServer(given: HttpServer | number | string): HttpServer {
  if (typeof given === "function") {
    throw new Error(
      "You are trying to attach socket.io to an express request handler function. Please pass a http.Server instance.",
    );
  }
  if (typeof given === "object") return given;
  const port = Number(given);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new RangeError(`an HTTP server or a port from 0 to 65535 is needed, got ${inspect(given)}`);
  }
  const server = createServer((_req, res) => {
    res.writeHead(404);
    res.end();
  });
  return server.listen(port);
}

/**
 * Refuses new TCP connections, and waits for the end of those there are.
 *
 * @param server there is none on uWebSockets.js, and with an engine that was bound
 * @param done told before the promise is resolved
 */
export async function closeHttpServer(
  server: HttpServer | undefined,
  done: ((error?: Error) => void) | undefined,
): Promise<void> {
  if (server === undefined) {
    done?.();
    return;
  }
  await new Promise<void>((resolve) => {
    server.close((error) => {
      done?.(error);
      resolve();
    });
  });
}

import { listHasToken } from "@halyard/websocket/core";
import { ServerResponse, type IncomingMessage, type Server as HttpServer } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { Server as TlsServer } from "node:tls";
import { endLingering } from "./linger.js";

/** Whether a request asks for RFC 6455, rather than for `h2c` or another protocol that is offered in passing. */
export function isWebSocketUpgrade(req: IncomingMessage): boolean {
  return listHasToken(req.headers.upgrade ?? "", "websocket");
}

/**
 * Ignores an upgrade, as RFC 9110 §7.8 allows: gives the connection back to the HTTP server as if the request had not
 * offered it.
 */
export function offerAsRequest(server: HttpServer, req: IncomingMessage, socket: Duplex, head: Buffer): void {
  if (!req.complete || req.readableLength > 0) return answerInPlace(server, req, socket);
  const lines = [`${req.method} ${req.url} HTTP/${req.httpVersion}`];
  const { rawHeaders } = req;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    const value = rawHeaders[i + 1] as string;
    switch (rawHeaders[i]?.toLowerCase()) {
      case "upgrade":
      case "http2-settings":
        break;
      case "connection":
        lines.push(`Connection: ${withoutUpgrade(value)}`);
        break;
      default:
        lines.push(`${rawHeaders[i]}: ${value}`);
    }
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit(server instanceof TlsServer ? "secureConnection" : "connection", socket);
}

/**
 * Since version 26 Node reads the body of a request with an upgrade as of any other; before, it is at the beginning of what follows the
 * request. All such a request lacks is a response. The connection ends with it.
 */
function answerInPlace(server: HttpServer, req: IncomingMessage, socket: Duplex): void {
  const res = new ServerResponse(req);
  res.shouldKeepAlive = false;
  // Nothing of a `net.Socket` is used that other streams have not.
  res.assignSocket(socket as Socket);
  res.once("finish", () => endLingering(socket));
  // Node has taken its own listeners off.
  socket.on("error", () => socket.destroy());
  server.emit("request", req, res);
}

function withoutUpgrade(connection: string): string {
  const options = connection.split(",").map((option) => option.trim());
  const kept = options.filter((option) => !/^(?:upgrade|http2-settings)$/i.test(option));
  return kept.length === 0 ? "keep-alive" : kept.join(", ");
}

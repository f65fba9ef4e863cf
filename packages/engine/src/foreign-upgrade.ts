import type { IncomingMessage, Server as HttpServer } from "node:http";
import { Server as TlsServer } from "node:tls";
import type { Duplex } from "node:stream";
import { endLingering } from "./linger.js";
import type { AttachOptions } from "./options.js";

const DEFAULT_TIMEOUT_MS = 1000;

/**
 * Ends upgrades that are for nobody: Node leaves a socket to its `upgrade` listeners, of which there may be several.
 *
 * @returns to be called with the socket of each upgrade on a path that is not ours, and whether a reply to an earlier
 *   request is still to be written to it
 */
export function foreignUpgradeGuard(options: AttachOptions): (socket: Duplex, owesReply: boolean) => void {
  if (options.destroyUpgrade === false) {
    return () => {};
  }
  const timeoutMs = options.destroyUpgradeTimeout ?? DEFAULT_TIMEOUT_MS;
  return (socket, owesReply) => {
    const writtenBefore = bytesWritten(socket); // replies to earlier requests on the same connection
    const timer = setInterval(() => {
      const isReused = owesReply || writtenBefore > 0;
      if (bytesWritten(socket) === writtenBefore || isForgotten(socket, isReused)) {
        clearInterval(timer);
        endLingering(socket);
      } else if (socket.readableFlowing !== null) {
        clearInterval(timer); // somebody has it
      }
    }, timeoutMs);
    socket.once("close", () => clearInterval(timer));
  };
}

/** Whether a request asks for RFC 6455, rather than for `h2c` or another protocol that is offered in passing. */
export function isWebSocketUpgrade(req: IncomingMessage): boolean {
  const offered = req.headers.upgrade ?? "";
  return offered.split(",").some((protocol) => protocol.trim().toLowerCase() === "websocket");
}

/**
 * Ignores an upgrade, as RFC 9110 §7.8 allows: gives the connection back to the HTTP server as if the request had not
 * offered it.
 */
export function offerAsRequest(server: HttpServer, req: IncomingMessage, socket: Duplex, head: Buffer): void {
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

function withoutUpgrade(connection: string): string {
  const options = connection.split(",").map((option) => option.trim());
  const kept = options.filter((option) => !/^(?:upgrade|http2-settings)$/i.test(option));
  return kept.length === 0 ? "keep-alive" : kept.join(", ");
}

/** Nobody reads, and what was written can be the late reply to an earlier request. */
function isForgotten(socket: Duplex, isReused: boolean): boolean {
  return (isReused || !socket.writable) && socket.readableFlowing === null && socket.listenerCount("readable") === 0;
}

function bytesWritten(socket: Duplex): number {
  return "bytesWritten" in socket && typeof socket.bytesWritten === "number" ? socket.bytesWritten : 0;
}

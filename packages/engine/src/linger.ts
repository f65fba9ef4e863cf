import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/**
 * How long a refused peer may take to read the reply before its connection is destroyed, in milliseconds. A connection
 * destroyed with unread bytes in it is reset, and a reset overtakes the reply (RFC 9112 §9.6).
 */
const LINGER_MS = 500;
/** What is read meanwhile and thrown away, in bytes, to see a peer that closes by itself. */
const LINGER_BYTES = 65_536;

/** Up to so much of a body nobody wants is read, in bytes, in order to use the connection again. */
export const WORTH_READING = 65_536;

/** How much of an HTTP/1 request is still to come, by what it announces; `Infinity` for a body of unknown length. */
export function unreadBytes(request: IncomingMessage): number {
  if (request.complete || request.httpVersionMajor > 1) {
    return 0; // HTTP/2 has streams: no other request waits behind the body
  }
  const { headers } = request;
  return headers["transfer-encoding"] === undefined ? Number(headers["content-length"] ?? 0) : Infinity;
}

/**
 * Replies to an HTTP/1 request without reading its body to the end, and ends the connection.
 *
 * The response is written but not ended: Node would destroy the connection at once, or read on for ever.
 */
export function replyAndCut(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  headers: OutgoingHttpHeaders,
  body: string,
): void {
  const { socket } = response;
  response.writeHead(status, { ...headers, Connection: "close", "Content-Length": Buffer.byteLength(body) });
  if (socket === null) {
    response.end(body); // an earlier request of the connection waits for its reply
    return;
  }
  request.pause();
  if (body === "") {
    response.flushHeaders();
  } else {
    response.write(body);
  }
  socket.end();
  destroyLater(socket);
}

/** Ends a connection nobody reads any more, so that the peer gets what was written to it. */
export function endLingering(socket: Duplex): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  let budget = LINGER_BYTES;
  socket.on("data", (chunk: Buffer) => {
    budget -= chunk.length;
    if (budget < 0) socket.pause();
  });
  socket.end();
  destroyLater(socket);
}

function destroyLater(socket: Duplex): void {
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once("close", () => clearTimeout(timer));
}

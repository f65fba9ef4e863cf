import { type OutgoingHttpHeaders, STATUS_CODES } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { isAnswered } from "./answered.js";
import type { EngineError } from "./errors.js";
import type { Headers } from "./http-exchange.js";
import { endLingering, replyAndCut, unreadBytes, WORTH_READING } from "./linger.js";

/** Body of every refusal, on every path. */
export function errorBody(error: EngineError): string {
  return JSON.stringify({ code: error.code, message: error.publicMessage });
}

/** Refuses an HTTP request. One that has been answered already is left alone, an answer that was begun is ended. */
export function refuseRequest(request: IncomingMessage, response: ServerResponse, error: EngineError): void {
  if (isAnswered(response)) {
    endBegun(response);
    return;
  }
  if (error.isUndecided) {
    refuseUndecided(request, response, error);
    return;
  }
  const headers = { "Content-Type": "application/json" };
  if (unreadBytes(request) > WORTH_READING) {
    replyAndCut(request, response, error.httpStatus, headers, errorBody(error));
  } else {
    response.writeHead(error.httpStatus, headers);
    response.end(errorBody(error));
  }
}

/** Ends what a middleware had begun to answer when the request was refused: nobody else would, and the peer would wait for ever. */
export function endBegun(response: ServerResponse): void {
  if (!response.writableEnded) {
    response.on("error", ignore); // what the middleware may still write comes too late
    response.end();
  }
}

/** Leaves the response alone: a middleware that answers late would be thrown at for writing after the end. */
function refuseUndecided(request: IncomingMessage, response: ServerResponse, error: EngineError): void {
  if (request.httpVersionMajor > 1) {
    response.destroy();
  } else if (response.socket === null) {
    request.socket.destroy(); // earlier requests of the connection wait as well
  } else {
    writeRefusal(response.socket, error.httpStatus, {}, error);
  }
}

/**
 * Refuses an upgrade, before the 101. The status is 400 for all codes, which clients show to their users; 503 for proxies.
 *
 * @param headers set by middlewares, kept
 */
export function refuseUpgrade(socket: Duplex, error: EngineError, headers: OutgoingHttpHeaders): void {
  writeRefusal(socket, error.httpStatus === 503 ? 503 : 400, headers, error);
}

function writeRefusal(socket: Duplex, status: number, headers: OutgoingHttpHeaders, error: EngineError): void {
  const body = errorBody(error);
  writeResponse(
    socket,
    status,
    headers,
    {
      Connection: "close",
      "Content-Type": "application/json",
      "Content-Length": String(Buffer.byteLength(body)),
    },
    body,
  );
}

function writeResponse(
  socket: Duplex,
  status: number,
  others: OutgoingHttpHeaders,
  own: Readonly<Record<string, string>>,
  body: string,
): void {
  if (!socket.writable) {
    socket.destroy();
    return;
  }
  const lines = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`];
  const ownNames = new Set(Object.keys(own).map((name) => name.toLowerCase()));
  for (const line of headerLines(others)) {
    if (!ownNames.has(line.slice(0, line.indexOf(":")).toLowerCase())) lines.push(line);
  }
  lines.push(...headerLines(own), "", body);
  socket.write(lines.join("\r\n"));
  endLingering(socket);
}

/** `name: value` lines of valid fields; what would break the head is left out. */
export function headerLines(headers: OutgoingHttpHeaders): string[] {
  const lines: string[] = [];
  for (const name of Object.keys(headers)) {
    for (const value of [headers[name] ?? []].flat()) {
      if (isField(name, value)) lines.push(`${name}: ${value}`);
    }
  }
  return lines;
}

/** The valid fields among these. */
export function validHeaders(headers: Headers): Headers {
  const fields = Object.entries(headers).map(([name, value]): [string, string | string[]] => [
    name,
    Array.isArray(value) ? value.filter((one) => isField(name, one)) : value,
  ]);
  return Object.fromEntries(fields.filter(([name, value]) => isField(name, value)));
}

/** RFC 9110 §5.1 and §5.5. Listeners and middlewares may copy into a field what a peer has sent. */
function isField(name: string, value: number | string | string[] | null | undefined): boolean {
  const isGiven = value !== undefined && value !== null;
  return isGiven && /^[\w!#$%&'*+.^`|~-]+$/.test(name) && !/[^\t\x20-\x7e\x80-\xff]/.test(String(value));
}

function ignore(): void {}

import { turn } from "@halyard/websocket/turn";
import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

/**
 * Tells which connections still owe a reply to an earlier request. What is written to them now would be read as that reply,
 * and the reply, once it comes, as part of what was written (RFC 9112 §9.3.2).
 */
export class OwedReplies {
  /** Replies leave in the order of their requests: the last one tells for all. */
  private readonly lastOf: WeakMap<Duplex, ServerResponse> = new WeakMap();

  onRequest(request: IncomingMessage, response: ServerResponse): void {
    if (request.httpVersionMajor === 1) this.lastOf.set(request.socket, response);
  }

  /** Whether the connection has carried a request. */
  hasServed(socket: Duplex): boolean {
    return this.lastOf.has(socket);
  }

  /** Whether a reply is still to be given, or has not left yet. */
  isPendingOn(socket: Duplex): boolean {
    return this.lastOf.get(socket)?.writableFinished === false;
  }

  /** Whether a reply is still to be given. Replies that are held for the end of the turn leave now. */
  isOwedBy(socket: Duplex): boolean {
    const last = this.lastOf.get(socket);
    if (last === undefined || last.writableFinished) return false;
    turn.flushAll();
    return !last.writableEnded;
  }
}

const ofServers: WeakMap<EventEmitter, OwedReplies> = new WeakMap();

/** Those of an HTTP server: engines that share it see the requests of each other, but all upgrades. */
export function owedRepliesOf(server: EventEmitter): OwedReplies {
  const known = ofServers.get(server);
  if (known !== undefined) return known;
  const replies = new OwedReplies();
  ofServers.set(server, replies);
  return replies;
}

/**
 * For whoever answers requests of an HTTP server before the engines attached to it see them: an upgrade behind such a
 * request, on the same connection, is then not answered before it.
 */
export function noteRequest(server: EventEmitter, request: IncomingMessage, response: ServerResponse): void {
  owedRepliesOf(server).onRequest(request, response);
}

/**
 * Runs `then` when the replies to earlier requests of the connection, if there are any, have let go of it. Those that were answered at once, in
 * the same chunk of the network as what follows, have been written and still have the connection: Node assigns it to one after the other.
 */
export function afterEarlierReply(socket: Duplex, then: () => void): void {
  const { _httpMessage: earlier } = socket as { _httpMessage?: ServerResponse | null };
  if (earlier) {
    earlier.once("finish", () => afterEarlierReply(socket, then));
  } else {
    then();
  }
}

/**
 * Whether the connection of a request had been destroyed, or ended from this side, before the request was parsed: no request
 * counts behind a reply with `Connection: close` (RFC 9112 §9.6). It must not be answered, either: in Node 20 and 22, `write` and
 * `end` on such a response fail an assertion and end the process.
 */
export function isTooLate(request: IncomingMessage): boolean {
  // Stand-ins of test helpers say nothing of either.
  const { destroyed, writable } = request.socket as Partial<Socket>;
  // In HTTP/2 both tell of the stream, to which nothing can be written in answer to a HEAD.
  return destroyed === true || (writable === false && !(request.httpVersionMajor > 1));
}

import type { Writable } from "node:stream";
import type { EngineRequest } from "./request.js";

/** Header fields of a reply. Listeners of `headers` and `initial_headers` may add to it. */
export type Headers = Record<string, string | string[]>;

/** Told what becomes of an exchange. Each method is called at most once; `onAborted` may follow nothing or `onReplied`. */
export interface ExchangeSink {
  /** The reply has been handed to the network, or there is nobody left to receive it. */
  onReplied(exchange: HttpExchange): void;
  /** The peer went away before the reply was complete. */
  onAborted(exchange: HttpExchange): void;
}

/** Receives a request body. Exactly one of the methods is called, once. */
export interface BodySink {
  onBody(exchange: HttpExchange, body: Buffer): void;
  onBodyTooLarge(exchange: HttpExchange): void;
}

/** One HTTP request and its reply: what long-polling needs of an HTTP server, whichever it is. */
export interface HttpExchange {
  readonly method: string;
  readonly request: EngineRequest;
  header(name: string): string | undefined;
  setSink(sink: ExchangeSink | null): void;
  /** Whether it came on the same connection after `other`, and cannot be answered before it. */
  isPipelinedBehind(other: HttpExchange): boolean;
  /** Collects the request body, up to `limitBytes`. */
  receive(limitBytes: number, sink: BodySink): void;
  /** Replies, at the latest when the turn of the event loop is over. Ignored when there is a reply already. */
  reply(status: number, headers: Headers, body: string | Buffer): void;
  /** Starts a reply of unknown length. */
  replyStream(status: number, headers: Headers): Writable;
  /** Replies; if a body is still to come, the connection ends and the body is not read. */
  refuse(status: number, headers: Headers): void;
  /** Whether the connection is still there. */
  readonly isConnected: boolean;
  /** Ends the connection, whatever is under way on it. */
  destroy(): void;
}

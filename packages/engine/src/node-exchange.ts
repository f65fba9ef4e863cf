import { ByteCollector } from "@halyard/websocket/core";
import { turn } from "@halyard/websocket/turn";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Writable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { isAnswered } from "./answered.js";
import type { BodySink, ExchangeSink, Headers, HttpExchange } from "./http-exchange.js";
import { writeReplyHead } from "./http-reply-head.js";
import { unreadBytes, replyAndCut } from "./linger.js";
import type { EngineRequest } from "./request.js";

interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string | Buffer;
}

/** {@link HttpExchange} over `node:http`, `node:https` and the compatibility API of `node:http2`. */
export class NodeExchange implements HttpExchange {
  private sink: ExchangeSink | null = null;
  private hasReplied = false;
  private held: Reply | null = null;
  private body: BodyCollector | null = null;

  constructor(
    readonly request: EngineRequest,
    private readonly response: ServerResponse,
  ) {
    response.on("close", () => this.onResponseClose());
  }

  get method(): string {
    return this.request.method ?? "GET";
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  setSink(sink: ExchangeSink | null): void {
    this.sink = sink;
  }

  isPipelinedBehind(other: HttpExchange): boolean {
    return this.isHttp1 && this.request.socket === other.request.socket;
  }

  receive(limitBytes: number, sink: BodySink): void {
    this.body = new BodyCollector(this, this.request, limitBytes, sink);
  }

  reply(status: number, headers: Headers, body: string | Buffer): void {
    if (!this.claim()) return;
    this.held = { status, headers, body };
    if (turn.isReading) {
      if (this.isHttp1) flushBeforeEnd(this.request.socket);
      turn.add(this);
    } else {
      this.flush();
    }
  }

  /** Writes the reply that is held for the end of the turn. */
  flush(): void {
    const { held, response } = this;
    this.held = null;
    if (held === null || isAnswered(response)) return;
    const { status, headers, body } = held;
    writeReplyHead(response, status, headers);
    const { socket } = response;
    if (socket === null || body.length === 0 || !this.isHttp1 || IS_DENO) {
      response.end(body);
      return;
    }
    // Given to end(), a body makes two chunks and a writev. Given to write(), it joins the head in one string.
    socket.cork();
    response.write(body, isAscii(headers, body) ? "latin1" : "utf8");
    socket.uncork();
    response.end();
  }

  replyStream(status: number, headers: Headers): Writable {
    if (this.claim()) writeReplyHead(this.response, status, headers);
    return this.response;
  }

  refuse(status: number, headers: Headers): void {
    this.body?.stop();
    if (unreadBytes(this.request) === 0) {
      this.reply(status, headers, "");
    } else if (this.claim()) {
      replyAndCut(this.request, this.response, status, headers, "");
    }
  }

  get isConnected(): boolean {
    // A response that waits for the reply to an earlier request does not hear of the end of its connection; one of HTTP/2 is never
    // `destroyed`, and its socket tells of the stream.
    return !this.response.destroyed && !this.request.socket.destroyed;
  }

  destroy(): void {
    this.flush(); // what was replied before goes to the network
    this.request.socket.destroy();
  }

  private get isHttp1(): boolean {
    return this.request.httpVersionMajor < 2;
  }

  /** @returns false when there is a reply already */
  private claim(): boolean {
    if (this.hasReplied || isAnswered(this.response)) return false;
    this.hasReplied = true;
    return true;
  }

  private onResponseClose(): void {
    this.body?.stop();
    const sink = this.sink;
    this.sink = null;
    if (this.hasReplied) sink?.onReplied(this);
    const { writableEnded, writableFinished } = this.response;
    // Two kinds of reply count as finished in Node that are not: one of HTTP/2 whose stream the peer has cancelled before it was given, and
    // one which the network refused, of which only the socket knows.
    if (!writableEnded || !writableFinished || (this.isHttp1 && this.request.socket.errored !== null)) {
      sink?.onAborted(this);
    }
  }

  // Compatibility: names reached from outside. `transport.onDataRequest(req)` was given the request itself.
  removeAllListeners(): this {
    this.body?.stop();
    return this;
  }
}

/** There, end() behind a write() that is under way writes nothing by itself, which ends an encrypted connection (EPERM). */
const IS_DENO = "Deno" in globalThis;

const flushedBeforeEnd: WeakSet<Socket> = new WeakSet();

/**
 * TLS delivers a request and the end of the peer's side in one read, where both came in one segment. Node then ends our side as well: what
 * is held for the end of the turn has to leave before.
 */
function flushBeforeEnd(socket: Socket): void {
  if ((socket as Partial<TLSSocket>).encrypted !== true || flushedBeforeEnd.has(socket)) return;
  flushedBeforeEnd.add(socket);
  socket.prependListener("end", turn.flushAll);
}

/** Whether a text has as many bytes as characters, by what its reply announces. */
function isAscii(headers: Headers, body: string | Buffer): boolean {
  return typeof body === "string" && headers["Content-Length"] === String(body.length);
}

/** Collects one request body. */
class BodyCollector {
  private readonly bytes: ByteCollector = new ByteCollector();
  private isDone = false;
  private readonly onData = (chunk: Buffer): void => this.add(chunk);
  private readonly onEnd = (): void => this.finish();

  constructor(
    private readonly exchange: NodeExchange,
    private readonly request: EngineRequest,
    private readonly limitBytes: number,
    private readonly sink: BodySink,
  ) {
    if (Number(request.headers["content-length"]) > limitBytes) {
      this.overflow();
    } else {
      request.on("data", this.onData);
      request.on("end", this.onEnd);
    }
  }

  stop(): void {
    if (this.isDone) return;
    this.isDone = true;
    this.bytes.take();
    this.request.removeListener("data", this.onData);
    this.request.removeListener("end", this.onEnd);
  }

  private add(chunk: Buffer): void {
    if (this.bytes.length + chunk.length > this.limitBytes) {
      this.overflow();
    } else {
      this.bytes.append(chunk);
    }
  }

  private overflow(): void {
    this.stop();
    this.sink.onBodyTooLarge(this.exchange);
  }

  private finish(): void {
    this.isDone = true;
    this.sink.onBody(this.exchange, this.bytes.take());
  }
}

import { ByteCollector } from "@halyard/websocket/core";
import { STATUS_CODES } from "node:http";
import { Writable } from "node:stream";
import { nextTick } from "@halyard/websocket/turn";
import { isAnswered } from "../answered.js";
import { headerLines } from "../http-errors.js";
import { writeReplyHead } from "../http-reply-head.js";
import type { BodySink, ExchangeSink, Headers, HttpExchange } from "../http-exchange.js";
import type { EngineRequest } from "../request.js";
import type { UwsHttpResponse } from "./uws-port.js";
import type { UwsResponse } from "./uws-response.js";

/** {@link HttpExchange} over uWebSockets.js. */
export class UwsExchange implements HttpExchange {
  /** What middlewares hang in, when there are any: each reply passes through it, and comes back by {@link send}. */
  through: UwsResponse | null = null;
  private sink: ExchangeSink | null = null;
  /** `over`: uWebSockets.js has taken the response back, at its end or its abort; whatever touches it then throws. */
  private state: "waiting" | "replying" | "over" = "waiting";
  private endsConnection = false;
  private readonly body: BodyBuffer;

  /**
   * Must be made in the handler itself: what the peer sends and its abort are told once.
   *
   * @param aborted called when the peer has gone, whoever works on the request then
   */
  constructor(
    readonly request: EngineRequest,
    private readonly response: UwsHttpResponse,
    maxBodyBytes: number,
    private readonly aborted: () => void,
  ) {
    response.onAborted(() => this.onAborted());
    this.body = new BodyBuffer(this, response, request.method === "POST" ? maxBodyBytes : 0);
  }

  get method(): string {
    return this.request.method ?? "GET";
  }

  /** Whether there is nobody left to answer, or nothing left to say. */
  get isDone(): boolean {
    return this.state !== "waiting";
  }

  header(name: string): string | undefined {
    const value = this.request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  setSink(sink: ExchangeSink | null): void {
    this.sink = sink;
  }

  isPipelinedBehind(): boolean {
    return false; // uWebSockets.js reads the next request of a connection when this one is answered
  }

  receive(_limitBytes: number, sink: BodySink): void {
    this.body.deliverTo(sink);
  }

  reply(status: number, headers: Headers, body: string | Buffer): void {
    if (!this.claim()) return;
    const { through } = this;
    if (through === null) {
      this.send(status, headers, body);
    } else {
      writeReplyHead(through, status, headers);
      through.end(body);
    }
  }

  refuse(status: number, headers: Headers): void {
    this.endsConnection = true;
    this.reply(status, headers, "");
  }

  /** Hands a whole reply to the network. For middlewares, who may answer the request themselves, and delay what we answer. */
  send(status: number, headers: Headers, body: string | Buffer): void {
    if (this.state === "over") return;
    this.response.cork(() => {
      writeUwsHead(this.response, status, headers);
      this.end(body);
    });
  }

  get isConnected(): boolean {
    return this.state !== "over";
  }

  destroy(): void {
    if (this.state !== "over") this.response.close();
  }

  replyStream(status: number, headers: Headers): Writable {
    const { response, through } = this;
    const isClaimed = this.claim();
    if (through !== null) {
      if (isClaimed) writeReplyHead(through, status, headers);
      return through;
    }
    if (isClaimed) response.cork(() => writeUwsHead(response, status, headers));
    return new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        this.continue(() => response.write(chunk));
        done();
      },
      final: (done) => {
        this.continue(() => this.end(""));
        done();
      },
      destroy: (error, done) => {
        if (error !== null) this.destroy();
        done(error);
      },
    });
  }

  /** @returns false when there is a reply already, or nobody to get it */
  private claim(): boolean {
    if (this.state !== "waiting" || (this.through !== null && isAnswered(this.through))) return false;
    this.state = "replying";
    return true;
  }

  private continue(write: () => void): void {
    if (this.state === "replying") this.response.cork(write);
  }

  private end(body: string | Buffer): void {
    this.response.end(body, this.endsConnection);
    this.state = "over";
    nextTick(() => this.sink?.onReplied(this));
  }

  private onAborted(): void {
    const hasReplied = this.isDone;
    this.state = "over";
    const { sink } = this;
    this.sink = null;
    if (hasReplied) sink?.onReplied(this);
    sink?.onAborted(this);
    this.aborted();
  }
}

/** Writes status and fields; the length of the body is uWebSockets.js's own affair. */
export function writeUwsHead(response: UwsHttpResponse, status: number, ...all: readonly Headers[]): void {
  response.writeStatus(`${status} ${STATUS_CODES[status] ?? ""}`);
  for (const headers of all) {
    for (const line of headerLines(headers)) {
      const colon = line.indexOf(": ");
      const name = line.slice(0, colon);
      if (!/^(?:content-length|transfer-encoding|connection)$/i.test(name)) {
        response.writeHeader(name, line.slice(colon + 2));
      }
    }
  }
}

/** Collects a body from the start: uWebSockets.js does not wait until somebody wants it. */
class BodyBuffer {
  private readonly bytes: ByteCollector = new ByteCollector();
  private isTooLarge = false;
  private isComplete = false;
  private sink: BodySink | null = null;

  constructor(
    private readonly exchange: UwsExchange,
    response: UwsHttpResponse,
    private readonly limitBytes: number,
  ) {
    response.onData((chunk, isLast) => this.add(Buffer.from(Buffer.from(chunk)), isLast));
  }

  deliverTo(sink: BodySink): void {
    this.sink = sink;
    this.deliver();
  }

  private add(chunk: Buffer, isLast: boolean): void {
    this.isComplete = isLast;
    this.isTooLarge ||= this.bytes.length + chunk.length > this.limitBytes;
    if (this.isTooLarge) {
      this.bytes.take();
    } else {
      this.bytes.append(chunk);
    }
    this.deliver();
  }

  private deliver(): void {
    const { sink, isTooLarge } = this;
    if (sink === null || !(isTooLarge || this.isComplete)) return;
    this.sink = null;
    if (isTooLarge) {
      sink.onBodyTooLarge(this.exchange);
    } else {
      sink.onBody(this.exchange, this.bytes.take());
    }
  }
}

import type { WheelItem } from "../core/timer-wheel.js";
import type { ExchangeSink, Headers, HttpExchange } from "../http-exchange.js";
import type { EnginePacket } from "../packet.js";
import type { EngineRequest } from "../request.js";
import { throwLater } from "../throw-later.js";
import type { Scheduler } from "../ticker.js";
import { type Jsonp, jsonpOf, wrapJsonp } from "./jsonp.js";
import { type BodyKind, decodeBody } from "./polling-body.js";
import type { HttpCompressionOptions } from "./polling-compress.js";
import { PollingPosts, type PostHost } from "./polling-posts.js";
import { type ReplyHost, replyToPoll, replyToPost } from "./polling-reply.js";
import { Transport } from "./transport.js";
import { logger } from "../log.js";

const debug = logger("engine:polling");

/** What long-polling asks of its server. */
export interface PollingHost {
  readonly ticker: Scheduler;
  /** bytes of one request body */
  readonly maxBodyBytes: number;
  /** packets of one request body */
  readonly maxPayloadPackets: number;
  /** how long one request body may take to arrive, in milliseconds; 0: for ever */
  readonly bodyTimeoutMs: number;
  /** `null`: never compress */
  readonly httpCompression: HttpCompressionOptions | null;
  /** Lets listeners add to the head of a reply. */
  onPollingHeaders(headers: Headers, request: EngineRequest, sid: string): void;
}

/**
 * How long a closing session waits for the next poll in order to say so, and how long the last reply may take to leave, in
 * milliseconds.
 */
const CLOSE_TIMEOUT_MS = 30_000;

/**
 * HTTP long-polling (Engine.IO protocol, "HTTP long-polling"): a GET waits for packets, a POST brings them.
 * Written once, on {@link HttpExchange}.
 */
export class Polling extends Transport implements ExchangeSink, PostHost, ReplyHost, WheelItem {
  static readonly upgradesTo: readonly string[] = ["websocket", "webtransport"];
  /** How long `close()` waits for the next poll, in milliseconds. */
  closeTimeout: number = CLOSE_TIMEOUT_MS;
  /** The GET that waits for packets. */
  private poll: HttpExchange | null = null;
  /** The GET whose reply is on its way. */
  private replying: HttpExchange | null = null;
  private replyingBytes = 0;
  private posts: PollingPosts | null = null;
  /** Called when the close packet has been sent, or nobody came for it. */
  private whenClosed: (() => void) | null = null;
  private readonly jsonp: Jsonp | null;
  wheelSlot = -1;
  wheelIndex = 0;
  wheelDueMs = 0;

  constructor(
    private readonly host: PollingHost,
    request: EngineRequest,
    protocol: 3 | 4,
  ) {
    const index = protocol === 3 ? request._query["j"] : undefined;
    // A script holds text alone: what is binary travels as base64, whether the peer has asked for it or not.
    super(protocol, !request._query["b64"] && index === undefined);
    this.jsonp = index === undefined ? null : jsonpOf(index);
  }

  override get name(): "polling" {
    return "polling";
  }

  override get sendsOnce(): boolean {
    return true;
  }

  override get writable(): boolean {
    return this.poll !== null;
  }

  override get bufferedAmount(): number {
    return this.replyingBytes;
  }

  override isCongested(): boolean {
    return this.poll === null;
  }

  override onRequest(exchange: HttpExchange): void {
    if (exchange.method === "GET") {
      this.onPollRequest(exchange);
    } else if (exchange.method === "POST") {
      this.onDataRequest(exchange);
    } else {
      exchange.refuse(405, { Allow: "GET, POST" });
    }
  }

  onPollRequest(exchange: HttpExchange): void {
    if (this.poll !== null) {
      debug("request overlap");
      this.fail("overlap from client");
      exchange.refuse(400, {});
      return;
    }
    this.poll = exchange;
    exchange.setSink(this);
    this.becomeReady();
    if (this.poll === exchange && this.whenClosed !== null) {
      debug("triggering empty send to append close packet");
      this.send([{ type: "noop" }]);
    }
  }

  onDataRequest(exchange: HttpExchange): void {
    if (this.protocol === 4 && exchange.header("content-type") === "application/octet-stream") {
      // Protocol v4 sends binary as base64; this body would be taken for text.
      this.fail("invalid content");
      exchange.refuse(400, {});
      return;
    }
    this.posts ??= new PollingPosts(this);
    this.posts.add(exchange);
  }

  onPostBody(exchange: HttpExchange, body: Buffer): void {
    const packets = decodeBody(body, this.bodyKind(exchange), this.codec, this.host.maxPayloadPackets);
    if (packets.at(-1)?.type === "error") {
      exchange.reply(400, {}, "");
    } else {
      replyToPost(exchange, this);
    }
    this.deliverAll(packets);
  }

  onPostFailed(message: string): void {
    this.fail(message);
  }

  get ticker(): Scheduler {
    return this.host.ticker;
  }

  get bodyTimeoutMs(): number {
    return this.host.bodyTimeoutMs;
  }

  get maxBodyBytes(): number {
    return this.host.maxBodyBytes;
  }

  get httpCompression(): HttpCompressionOptions | null {
    return this.host.httpCompression;
  }

  onReplyHead(exchange: HttpExchange, headers: Headers): void {
    this.emitApart("headers", headers, exchange.request);
    this.host.onPollingHeaders(headers, exchange.request, this.sid);
  }

  onReplied(exchange: HttpExchange): void {
    if (exchange === this.replying) {
      this.replying = null;
      this.replyingBytes = 0;
      if (this.whenClosed === null) this.host.ticker.cancel(this);
      this.drained();
    }
  }

  onAborted(exchange: HttpExchange): void {
    if (exchange === this.poll) {
      this.poll = null;
      this.fail("poll connection closed prematurely");
    } else if (!this.discarded) {
      this.fail("poll connection closed prematurely");
    }
  }

  override send(packets: EnginePacket[]): void {
    const exchange = this.poll;
    if (exchange === null) return;
    const onClosed = this.whenClosed;
    if (onClosed !== null) {
      debug("appending close packet to payload");
      packets.push({ type: "close" });
      this.stopWaiting();
    }
    const encoded = this.codec.encodePayload(packets, this.supportsBinary);
    const payload = this.jsonp === null ? encoded : wrapJsonp(this.jsonp, String(encoded));
    this.poll = null;
    this.replying = exchange;
    this.replyingBytes = Buffer.byteLength(payload);
    replyToPoll(exchange, payload, this.replyingBytes, packets.some(mayCompress), this);
    onClosed?.();
  }

  onDue(nowMs: number): void {
    if (nowMs < this.wheelDueMs) return;
    const onClosed = this.whenClosed;
    if (onClosed === null) {
      this.abort();
      return;
    }
    this.stopWaiting();
    onClosed();
    this.ended();
  }

  override abort(): void {
    this.replying?.destroy();
  }

  protected override doClose(onClosed: (() => void) | null): void {
    this.posts?.stop();
    if (this.writable) {
      debug("transport writable - closing right away");
      this.send([{ type: "close" }]);
    } else if (!this.discarded && onClosed !== null) {
      debug("transport not writable - buffering orderly close");
      this.whenClosed = () => {
        onClosed();
        this.ended();
      };
      this.scheduleDue();
      return;
    }
    onClosed?.();
    this.ended();
  }

  protected override giveUp(): void {
    if (this.whenClosed !== null) this.ended();
  }

  protected override ended(description?: Error): void {
    this.stopWaiting();
    this.posts?.stop();
    if (this.poll !== null) {
      // Nobody will send anything any more: free the waiting poll.
      this.send([{ type: "noop" }]);
    }
    super.ended(description);
    if (this.replying?.isConnected === true) {
      // Who does not read the last reply must not keep it, and a connection, for ever.
      this.scheduleDue();
    }
  }

  private scheduleDue(): void {
    const { ticker } = this.host;
    ticker.schedule(this, ticker.nowMs() + this.closeTimeout);
  }

  private stopWaiting(): void {
    this.whenClosed = null;
    this.host.ticker.cancel(this);
  }

  private bodyKind(exchange: HttpExchange): BodyKind {
    if (this.protocol === 3 && exchange.header("content-type") === "application/octet-stream") return "binary";
    return this.jsonp === null ? "text" : "jsonp";
  }

  private deliverAll(packets: readonly EnginePacket[]): void {
    for (const packet of packets) {
      if (this.readyState === "closed") return;
      if (packet.type === "close") {
        debug("got xhr close packet");
        this.ended();
        return;
      }
      try {
        this.deliver(packet);
      } catch (thrown) {
        throwLater(thrown); // the packets behind it are delivered all the same
      }
    }
  }
}

function mayCompress(packet: EnginePacket): boolean {
  return packet.options?.compress === true;
}

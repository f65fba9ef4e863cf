import type { WheelItem } from "../core/timer-wheel.js";
import { logger } from "../log.js";
import type { BodySink, ExchangeSink, HttpExchange } from "../http-exchange.js";
import type { Scheduler } from "../ticker.js";

const debug = logger("engine:polling");

/** Where the bodies of POST requests go. */
export interface PostHost {
  readonly ticker: Scheduler;
  readonly maxBodyBytes: number;
  /** How long one body may take to arrive, in milliseconds; 0: for ever. */
  readonly bodyTimeoutMs: number;
  /** Answers the exchange. May end the transport. */
  onPostBody(exchange: HttpExchange, body: Buffer): void;
  onPostFailed(message: string): void;
}

/** The POST requests of one long-polling transport: read one after the other, in the order of the connection. */
export class PollingPosts implements BodySink, ExchangeSink, WheelItem {
  /** The one whose body is being read. */
  private current: HttpExchange | null = null;
  /**
   * Those that were pipelined behind it (RFC 9112 §9.3.2). Its body has arrived, or they could not have: they wait for no
   * peer, and are no more than one chunk of the network holds.
   */
  private readonly pipelined: HttpExchange[] = [];
  wheelSlot = -1;
  wheelIndex = 0;
  wheelDueMs = 0;

  constructor(private readonly host: PostHost) {}

  add(exchange: HttpExchange): void {
    if (this.current === null) {
      this.read(exchange);
    } else if (exchange.isPipelinedBehind(this.current)) {
      this.pipelined.push(exchange);
    } else {
      debug("data request overlap");
      this.host.onPostFailed("data request overlap from client");
      exchange.refuse(400, {});
    }
  }

  /** The transport has closed. */
  stop(): void {
    const { current } = this;
    if (current !== null) {
      debug("aborting ongoing data request");
      this.release();
      current.refuse(503, {});
    }
    for (const exchange of this.pipelined.splice(0)) {
      exchange.refuse(400, {});
    }
  }

  onBody(exchange: HttpExchange, body: Buffer): void {
    this.release();
    this.host.onPostBody(exchange, body);
    const next = this.pipelined.shift();
    if (next !== undefined) this.read(next);
  }

  onBodyTooLarge(exchange: HttpExchange): void {
    this.release();
    this.pipelined.length = 0; // the connection ends with this reply
    exchange.refuse(413, {});
    this.host.onPostFailed("payload too large");
  }

  /** The body has not arrived in time. */
  onDue(): void {
    const { current } = this;
    if (current !== null) {
      this.release();
      this.pipelined.length = 0;
      current.refuse(408, {});
      this.host.onPostFailed("http request timeout");
    }
  }

  onReplied(): void {}

  onAborted(): void {
    this.release();
    this.host.onPostFailed("data request connection closed prematurely");
  }

  private read(exchange: HttpExchange): void {
    const { ticker, maxBodyBytes, bodyTimeoutMs } = this.host;
    this.current = exchange;
    exchange.setSink(this);
    exchange.receive(maxBodyBytes, this);
    if (this.current === exchange && bodyTimeoutMs > 0) ticker.schedule(this, ticker.nowMs() + bodyTimeoutMs);
  }

  private release(): void {
    this.host.ticker.cancel(this);
    this.current?.setSink(null);
    this.current = null;
  }
}

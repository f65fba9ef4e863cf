import { logger } from "../log.js";
import type { BodySink, ExchangeSink, HttpExchange } from "../http-exchange.js";

const debug = logger("engine:polling");

/** Where the bodies of POST requests go. */
export interface PostHost {
  readonly maxBodyBytes: number;
  /** Answers the exchange. May end the transport. */
  onPostBody(exchange: HttpExchange, body: Buffer): void;
  onPostFailed(message: string): void;
}

/** The POST requests of one long-polling transport: read one after the other, in the order of the connection. */
export class PollingPosts implements BodySink, ExchangeSink {
  /** The one whose body is being read. */
  private current: HttpExchange | null = null;
  /**
   * Those that were pipelined behind it (RFC 9112 §9.3.2). Its body has arrived, or they could not have: they wait for no
   * peer, and are no more than one chunk of the network holds.
   */
  private readonly pipelined: HttpExchange[] = [];

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
    if (next !== undefined) {
      this.read(next);
    }
  }

  onBodyTooLarge(exchange: HttpExchange): void {
    this.release();
    exchange.refuse(413, {});
    this.pipelined.length = 0; // the connection ends with this reply
  }

  onReplied(): void {}

  onAborted(): void {
    this.release();
    this.host.onPostFailed("data request connection closed prematurely");
  }

  private read(exchange: HttpExchange): void {
    this.current = exchange;
    exchange.setSink(this);
    exchange.receive(this.host.maxBodyBytes, this);
  }

  private release(): void {
    this.current?.setSink(null);
    this.current = null;
  }
}

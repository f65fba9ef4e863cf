import { errorBody } from "../http-errors.js";
import type { EngineError } from "../errors.js";
import type { Headers } from "../http-exchange.js";
import type { EngineRequest } from "../request.js";
import { writeUwsHead } from "./uws-exchange.js";
import type { UwsHttpResponse } from "./uws-port.js";
import { UwsResponse } from "./uws-response.js";

/** An upgrade request of uWebSockets.js, which is answered once: by the engine, or by a middleware. */
export class UwsUpgrade {
  /** What middlewares see. */
  readonly response: UwsResponse;
  /** uWebSockets.js has taken its response back, and must not find it touched any more. */
  private isOver = false;

  /** Must be made in the handler itself: an abort is told once. */
  constructor(
    readonly request: EngineRequest,
    private readonly raw: UwsHttpResponse,
    private readonly context: object,
  ) {
    this.response = new UwsResponse(
      request,
      (status, headers, body) => this.answer(status, headers, body),
      () => this.close(),
    );
    raw.onAborted(() => {
      this.isOver = true;
      this.response.emit("close");
    });
  }

  /** Whether there is nobody left to answer, or somebody has. */
  get isDone(): boolean {
    return this.isOver;
  }

  /** Ends the connection without an answer. */
  close(): void {
    if (!this.isOver) {
      this.isOver = true;
      this.raw.close();
    }
  }

  /** @param headers set by middlewares, kept */
  refuse(error: EngineError, headers: Headers): void {
    this.answer(error.httpStatus, { ...headers, "Content-Type": "application/json" }, errorBody(error));
  }

  /** @param data what the websocket carries from now on */
  accept(data: object, ...headers: readonly Headers[]): void {
    const { raw } = this;
    this.isOver = true;
    raw.cork(() => {
      writeUwsHead(raw, 101, ...headers);
      const protocol = this.header("sec-websocket-protocol");
      raw.upgrade(
        data,
        this.header("sec-websocket-key"),
        protocol,
        this.header("sec-websocket-extensions"),
        this.context,
      );
    });
  }

  private answer(status: number, headers: Headers, body: string | Buffer): void {
    if (this.isOver) return;
    this.isOver = true;
    this.raw.cork(() => {
      writeUwsHead(this.raw, status, headers);
      this.raw.end(body, true);
    });
  }

  private header(name: string): string {
    return String(this.request.headers[name] ?? "");
  }
}

import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import { nextTick } from "@halyard/websocket/turn";
import type { Headers } from "../http-exchange.js";
import { pinnedMethods } from "../pinned-methods.js";
import type { EngineRequest } from "../request.js";

/** The response that middlewares see: a real `ServerResponse` without a socket, whose end is given to a function. */
export class UwsResponse extends ServerResponse<EngineRequest> {
  private static readonly METHODS: PropertyDescriptorMap = pinnedMethods(UwsResponse.prototype);
  private readonly chunks: Buffer[] = [];

  /**
   * @param ended called once, with the whole answer
   * @param cut called when there will be none
   */
  constructor(
    request: EngineRequest,
    private readonly ended: (status: number, headers: Headers, body: Buffer) => void,
    private readonly cut: () => void,
  ) {
    super(request);
    Object.defineProperties(this, UwsResponse.METHODS);
  }

  /** What middlewares have set, and set at the last moment. */
  takeHeaders(status: number): Headers {
    try {
      this.writeHead(status);
    } catch {
      // a hook of a middleware failed; the reply does not depend on it
    }
    return this.getHeaders() as Headers;
  }

  override setHeader(name: string, value: number | string | readonly string[]): this {
    return this.headersSent ? this : super.setHeader(name, value);
  }

  override appendHeader(name: string, value: string | readonly string[]): this {
    return this.headersSent ? this : super.appendHeader(name, value);
  }

  override removeHeader(name: string): void {
    if (!this.headersSent) super.removeHeader(name);
  }

  override writeHead(
    status: number,
    reasonOrHeaders?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ): this {
    const given = typeof reasonOrHeaders === "string" ? headers : reasonOrHeaders;
    if (given !== undefined && !Array.isArray(given)) {
      for (const [name, value] of Object.entries(given)) {
        this.setHeader(name, value ?? "");
      }
    }
    return this.headersSent ? this : super.writeHead(status);
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the overloads of node:http
  override write(chunk: any, encoding?: any): boolean {
    if (this.finished) return false;
    if (!this.headersSent) this.writeHead(this.statusCode);
    this.chunks.push(
      Buffer.from(chunk as string, typeof encoding === "string" ? (encoding as BufferEncoding) : "utf8"),
    );
    return true;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the overloads of node:http
  override end(chunk?: any, encoding?: any): this {
    if (this.finished) return this;
    if (chunk !== undefined && chunk !== null && typeof chunk !== "function") this.write(chunk, encoding);
    this.finished = true;
    const headers = this.takeHeaders(this.statusCode);
    this.ended(this.statusCode, headers, joined(this.chunks.splice(0)));
    this.emit("finish");
    nextTick(emitClose, this);
    return this;
  }

  override destroy(): this {
    if (!this.destroyed) {
      this.destroyed = true;
      this.cut();
      nextTick(emitClose, this);
    }
    return this;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return only !== undefined && chunks.length === 1 ? only : Buffer.concat(chunks);
}

function emitClose(response: UwsResponse): void {
  response.emit("close");
}

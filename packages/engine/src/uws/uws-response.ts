import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Headers } from "../http-exchange.js";
import { pinnedMethods } from "../pinned-methods.js";
import type { EngineRequest } from "../request.js";

/** The response that middlewares see: a real `ServerResponse` without a socket, whose end is given to a function. */
export class UwsResponse extends ServerResponse<EngineRequest> {
  private static readonly METHODS: PropertyDescriptorMap = pinnedMethods(UwsResponse.prototype);
  private readonly chunks: Buffer[] = [];

  /** @param ended called once, when a middleware answers the request itself */
  constructor(
    request: EngineRequest,
    private readonly ended: (status: number, headers: Headers, body: Buffer) => void,
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
  override write(chunk: any): boolean {
    this.chunks.push(Buffer.from(chunk as string));
    return true;
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the overloads of node:http
  override end(chunk?: any): this {
    if (this.finished) {
      return this;
    }
    this.finished = true;
    if (chunk !== undefined && typeof chunk !== "function") {
      this.write(chunk);
    }
    const headers = this.takeHeaders(this.statusCode);
    this.ended(this.statusCode, headers, Buffer.concat(this.chunks));
    this.emit("finish");
    return this;
  }
}

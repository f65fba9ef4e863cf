import { type OutgoingHttpHeader, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import type { Socket as TcpSocket } from "node:net";
import type { Duplex } from "node:stream";
import { endLingering } from "./linger.js";
import { pinnedMethods } from "./pinned-methods.js";
import type { EngineRequest } from "./request.js";

/**
 * The response that middlewares see on an upgrade: a real `ServerResponse`, so that whatever they and their helpers
 * reach for is there. Ending it refuses the upgrade with that very response; otherwise its headers go onto the 101.
 * Once the upgrade has been accepted nothing done to it has an effect, and nothing throws.
 */
export class UpgradeResponse extends ServerResponse<EngineRequest> {
  private static readonly METHODS: PropertyDescriptorMap = pinnedMethods(UpgradeResponse.prototype);
  private isAccepted = false;
  private readonly raw: Duplex;
  /** Names of the headers as they were given, by their names in lower case. */
  private readonly givenNames = new Map<string, string>();

  constructor(request: EngineRequest, socket: Duplex) {
    super(request);
    Object.defineProperties(this, UpgradeResponse.METHODS);
    this.raw = socket;
    this.shouldKeepAlive = false;
    this.assignSocket(socket as TcpSocket);
    this.once("finish", () => endLingering(socket));
  }

  /** Gives the connection free for the 101. @returns the headers to send with it */
  accept(): OutgoingHttpHeaders {
    // Middlewares that set headers at the last moment (cookies of sessions) wait for this call.
    try {
      this.writeHead(101);
    } catch {
      // a hook of a middleware failed; the upgrade does not depend on it
    }
    const headers = Object.fromEntries(
      Object.entries(this.getHeaders()).map(([name, value]) => [this.givenNames.get(name) ?? name, value]),
    );
    this.isAccepted = true;
    this.detachSocket(this.raw as TcpSocket);
    if (this.listenerCount("close") > 0) {
      this.raw.once("close", () => this.emit("close")); // otherwise the response would be kept as long as the connection
    }
    return headers;
  }

  override setHeader(name: string, value: number | string | readonly string[]): this {
    if (this.isAccepted || this.headersSent) return this;
    this.givenNames.set(name.toLowerCase(), name);
    return super.setHeader(name, value);
  }

  override appendHeader(name: string, value: string | readonly string[]): this {
    if (!this.hasHeader(name)) return this.setHeader(name, value);
    return this.isAccepted || this.headersSent ? this : super.appendHeader(name, value);
  }

  override removeHeader(name: string): void {
    if (!this.isAccepted && !this.headersSent) super.removeHeader(name);
  }

  override writeHead(
    status: number,
    reasonOrHeaders?: string | OutgoingHttpHeaders | OutgoingHttpHeader[],
    headers?: OutgoingHttpHeaders | OutgoingHttpHeader[],
  ): this {
    if (this.isAccepted || this.headersSent) return this;
    return typeof reasonOrHeaders === "string"
      ? super.writeHead(status, reasonOrHeaders, headers)
      : super.writeHead(status, reasonOrHeaders);
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the overloads of node:http
  override write(chunk: any, ...rest: any[]): boolean {
    return this.isAccepted ? false : super.write(chunk, ...(rest as []));
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- the overloads of node:http
  override end(...args: any[]): this {
    return this.isAccepted ? this : super.end(...(args as []));
  }
}

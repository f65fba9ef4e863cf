import { randomBytes } from "node:crypto";
import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { isSameOrigin, parseClientUrl, type ClientTarget } from "../core/client-url.js";
import { judgeResponse } from "../core/handshake-response.js";
import type { PerMessageDeflateOptions } from "../core/permessage-deflate.js";
import { assertSubprotocols } from "../core/subprotocol.js";
import { MAX_TIMER_MS } from "../core/timer-limit.js";
import type { ClientHandshakeOwner } from "./client-port.js";
import { createRequest, optionsForRedirect, type ClientHandshakeOptions } from "./client-request.js";
import { assertCompressionOptions, createCompression } from "./compression.js";
import { nextTick } from "./event-loop.js";

/**
 * The opening handshake of a client (RFC 6455 §4.1) over `node:http` or `node:https`, with redirects and a deadline.
 *
 * Redirects are followed only when `followRedirects` says so; what was given for one origin is not told to another, unless a listener
 * looks after that. From `wss:` to `ws:` they are followed with a process warning.
 */
export class OpeningHandshake {
  private target: ClientTarget;
  private readonly origin: ClientTarget;
  private readonly perMessageDeflate: PerMessageDeflateOptions | null;
  private state: HandshakeState = { tag: "idle" };
  private redirectCount = 0;

  /**
   * @throws SyntaxError for an address or subprotocol that is none
   * @throws RangeError for a protocol version other than 8 and 13, and for options of permessage-deflate out of range
   */
  constructor(
    address: string | URL,
    private readonly subprotocols: readonly string[],
    private options: ClientHandshakeOptions,
    private readonly owner: ClientHandshakeOwner,
  ) {
    const { protocolVersion = 13, perMessageDeflate = true } = options;
    if (protocolVersion !== 13 && protocolVersion !== 8) {
      throw new RangeError(`Unsupported protocol version: ${protocolVersion} (supported versions: 8, 13)`);
    }
    assertSubprotocols(subprotocols);
    this.perMessageDeflate = perMessageDeflate === true ? {} : perMessageDeflate || null;
    if (this.perMessageDeflate !== null) assertCompressionOptions(this.perMessageDeflate);
    this.target = parseClientUrl(address);
    this.origin = this.target;
  }

  /** Address now connected to; a redirect changes it. */
  get url(): string {
    return this.target.url.href;
  }

  /** The request under way, null before and after. */
  get request(): ClientRequest | null {
    return this.state.tag === "requested" ? this.state.request : null;
  }

  /** Redirects met so far. */
  get redirects(): number {
    return this.redirectCount;
  }

  /** Sends the request. @throws what `http.request` throws, for headers, paths and TLS options it does not take */
  start(): void {
    this.send(null);
  }

  /** @param announce called with the request before it is sent; it may abort */
  private send(announce: ((request: ClientRequest) => void) | null): void {
    const key = randomBytes(16).toString("base64");
    const { target, subprotocols, perMessageDeflate } = this;
    const request = createRequest({ target, key, subprotocols, perMessageDeflate }, this.options);
    this.state = { tag: "requested", request, deadline: this.startDeadline() };
    // An event of a request that is not ours any more (redirected, aborted) is late and means nothing.
    const isCurrent = (): boolean => this.state.tag === "requested" && this.state.request === request;
    request.on("error", (error) => void (isCurrent() && this.fail(error)));
    request.on("response", (response) => void (isCurrent() && this.onResponse(request, response)));
    request.on("upgrade", (response, socket, head) => {
      if (isCurrent()) this.onUpgrade(key, response, socket, head);
      else destroyQuietly(socket);
    });
    announce?.(request);
    if (!isCurrent()) return;
    if (this.owner.finishRequest === undefined) request.end();
    else this.owner.finishRequest(request);
  }

  /** Gives up; `onFailed` gets `error` in the next tick. Idempotent, without effect after the end. */
  abort(error: Error): void {
    this.fail(error);
  }

  private startDeadline(): NodeJS.Timeout | null {
    const { handshakeTimeout } = this.options;
    if (!handshakeTimeout) return null;
    const delayMs = Math.min(handshakeTimeout, MAX_TIMER_MS);
    return setTimeout(() => this.fail(new Error("Opening handshake has timed out")), delayMs);
  }

  private onResponse(request: ClientRequest, response: IncomingMessage): void {
    const { statusCode = 0, headers } = response;
    const isRedirect = statusCode >= 300 && statusCode < 400 && Boolean(headers.location);
    if (isRedirect && this.options.followRedirects) return this.redirect(request, headers.location ?? "");
    // The response came in time; how long the application looks at it is its affair.
    this.clearDeadline();
    if (this.owner.onUnexpectedResponse(request, response)) return;
    this.fail(new Error(`Unexpected server response: ${statusCode}`));
  }

  private redirect(request: ClientRequest, location: string): void {
    if (++this.redirectCount > (this.options.maxRedirects ?? 10))
      return this.fail(new Error("Maximum redirects exceeded"));
    const from = this.target;
    let to: ClientTarget;
    try {
      to = parseClientUrl(location, from.url);
    } catch (error) {
      return this.fail(error as Error);
    }
    if (from.isSecure && !to.isSecure) process.emitWarning(INSECURE, { code: "HALYARD_WS_INSECURE_REDIRECT" });
    if (!this.owner.looksAfterRedirects) this.options = optionsForRedirect(this.options, this.origin, to);
    this.target = isSameOrigin(this.origin, to) ? { ...to, auth: this.origin.auth ?? to.auth } : to;
    this.clearDeadline();
    this.state = { tag: "idle" };
    request.destroy();
    try {
      this.send((next) => this.owner.onRedirect(this.url, next));
    } catch (error) {
      this.fail(error as Error);
    }
  }

  private onUpgrade(key: string, response: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.owner.onUpgradeResponse(response);
    // The owner may have aborted.
    if (this.state.tag !== "requested") return destroyQuietly(socket);
    const { perMessageDeflate } = this;
    const result = judgeResponse(response.headers, {
      key,
      subprotocols: new Set(this.subprotocols),
      perMessageDeflate,
    });
    if (result.tag === "failed") {
      destroyQuietly(socket);
      return this.fail(new Error(result.message, result.cause === null ? {} : { cause: result.cause }));
    }
    this.clearDeadline();
    this.state = { tag: "over" };
    const { subprotocol, deflate } = result;
    const extensions = response.headers["sec-websocket-extensions"] ?? "";
    const compression = deflate === null ? null : createCompression("client", deflate, perMessageDeflate ?? {});
    this.owner.onOpened({ socket, head, subprotocol, extensions, compression });
  }

  private fail(error: Error): void {
    if (this.state.tag === "over") return;
    this.clearDeadline();
    if (this.state.tag === "requested") {
      const { request } = this.state;
      request.destroy();
      // After a whole response the request is done, and would leave its socket to the agent.
      request.socket?.destroy();
    }
    this.state = { tag: "over" };
    nextTick(() => this.owner.onFailed(error));
  }

  private clearDeadline(): void {
    if (this.state.tag === "requested" && this.state.deadline !== null) clearTimeout(this.state.deadline);
  }
}

type HandshakeState =
  | { readonly tag: "idle" }
  | { readonly tag: "requested"; readonly request: ClientRequest; readonly deadline: NodeJS.Timeout | null }
  | { readonly tag: "over" };

function destroyQuietly(socket: Duplex): void {
  socket.on("error", () => {});
  socket.destroy();
}

const INSECURE = "a WebSocket was redirected from wss: to ws:; it is no longer encrypted";

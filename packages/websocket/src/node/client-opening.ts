import type { ClientRequest } from "node:http";
import { OpeningHandshake } from "./client-handshake.js";
import type { OpenedConnection } from "./client-port.js";
import type { ClientOptions } from "./client-options.js";
import type { WebSocketEventTarget } from "./event-target.js";

/** What is not for all to call. */
export interface ConnectingHooks {
  onOpened(opened: OpenedConnection): void;
  /** Once, in a later tick; not after `onOpened`. */
  onFailed(error: Error): void;
}

/** How a client's connection begins: an opening handshake whose events `socket` emits, and what is asked of it afterwards. */
export class ClientOpening {
  /** null once the connection is open: that lasts, and a handshake holds its request and options. */
  private handshake: OpeningHandshake | null;
  private lastUrl = "";
  private lastRedirects = 0;

  /** @throws what `OpeningHandshake` throws */
  constructor(
    socket: WebSocketEventTarget,
    address: string | URL,
    subprotocols: readonly string[],
    options: ClientOptions,
    hooks: ConnectingHooks,
  ) {
    const { finishRequest, generateMask: _generateMask, protocols: _protocols, ...requestOptions } = options;
    this.handshake = new OpeningHandshake(address, subprotocols, requestOptions, {
      onUpgradeResponse: (response) => void socket.emit("upgrade", response),
      onOpened: (opened) => {
        this.dropHandshake();
        hooks.onOpened(opened);
      },
      finishRequest: finishRequest ? (request: ClientRequest) => finishRequest(request, socket) : undefined,
      get looksAfterRedirects() {
        return socket.listenerCount("redirect") > 0;
      },
      onRedirect: (url, request) => void socket.emit("redirect", url, request),
      onUnexpectedResponse: (request, response) => socket.emit("unexpected-response", request, response),
      onFailed: (error) => hooks.onFailed(error),
    });
  }

  /** Address now connected to; a redirect changes it. */
  get url(): string {
    return this.handshake === null ? this.lastUrl : this.handshake.url;
  }

  /** Redirects met so far. */
  get redirects(): number {
    return this.handshake === null ? this.lastRedirects : this.handshake.redirects;
  }

  /** The request under way, null before and after. */
  get request(): ClientRequest | null {
    return this.handshake === null ? null : this.handshake.request;
  }

  /** Sends the request. @throws what `http.request` throws, for headers, paths and TLS options it does not take */
  start(): void {
    this.handshake?.start();
  }

  /** The application does not want the connection any more; `onFailed` is called. */
  giveUp(): void {
    this.handshake?.abort(new Error("WebSocket was closed before the connection was established"));
  }

  private dropHandshake(): void {
    this.lastUrl = this.url;
    this.lastRedirects = this.redirects;
    this.handshake = null;
  }
}

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

/** The opening handshake of a client, not started yet, whose events `socket` emits. @throws what `OpeningHandshake` throws */
export function prepareHandshake(
  socket: WebSocketEventTarget,
  address: string | URL,
  subprotocols: readonly string[],
  options: ClientOptions,
  hooks: ConnectingHooks,
): OpeningHandshake {
  const { finishRequest, generateMask: _generateMask, protocols: _protocols, ...requestOptions } = options;
  return new OpeningHandshake(address, subprotocols, requestOptions, {
    onUpgradeResponse: (response) => void socket.emit("upgrade", response),
    onOpened: (opened) => hooks.onOpened(opened),
    finishRequest: finishRequest ? (request: ClientRequest) => finishRequest(request, socket) : undefined,
    get looksAfterRedirects() {
      return socket.listenerCount("redirect") > 0;
    },
    onRedirect: (url, request) => void socket.emit("redirect", url, request),
    onUnexpectedResponse: (request, response) => socket.emit("unexpected-response", request, response),
    onFailed: (error) => hooks.onFailed(error),
  });
}

import type { ClientRequest, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { MessageDeflater, MessageInflater } from "../core/compression-port.js";

/** What a client and a server have agreed on. */
export interface OpenedConnection {
  readonly socket: Duplex;
  /** Bytes that came right behind the response. */
  readonly head: Buffer;
  /** "" for none. */
  readonly subprotocol: string;
  /** The `Sec-WebSocket-Extensions` value of the response, "" for none. */
  readonly extensions: string;
  /** null without permessage-deflate. */
  readonly compression: { readonly inflater: MessageInflater; readonly deflater: MessageDeflater } | null;
}

/** To whom a client's opening handshake reports. Exactly one of `onOpened` and `onFailed` is called, never before the handshake was returned. */
export interface ClientHandshakeOwner {
  /** Called with each request before it is sent, to add headers; it must call `request.end()`. */
  readonly finishRequest?: ((request: ClientRequest) => void) | undefined;
  /** The 101 response, before it is judged. */
  onUpgradeResponse(response: IncomingMessage): void;
  onOpened(opened: OpenedConnection): void;
  /** True when somebody decides in `onRedirect` what another origin is told; otherwise it is told nothing that was given for the first. */
  readonly looksAfterRedirects: boolean;
  /** About to follow a redirect. @param request the next one, not sent yet: headers can be removed, and it can be aborted */
  onRedirect(url: string, request: ClientRequest): void;
  /** @returns true when a listener of the owner takes care of request and response */
  onUnexpectedResponse(request: ClientRequest, response: IncomingMessage): boolean;
  onFailed(error: Error): void;
}

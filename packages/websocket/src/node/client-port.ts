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
  /** The 101 response, before it is judged. */
  onUpgradeResponse(response: IncomingMessage): void;
  onOpened(opened: OpenedConnection): void;
  /** About to follow a redirect; the owner's listeners may abort it. */
  onRedirect(url: string, request: ClientRequest): void;
  /** @returns true when a listener of the owner takes care of request and response */
  onUnexpectedResponse(request: ClientRequest, response: IncomingMessage): boolean;
  onFailed(error: Error): void;
}

/** A client's opening handshake under way. */
export interface ClientHandshake {
  /** Gives up; `onFailed` is called with the error in a later tick. Idempotent, without effect after the end. */
  abort(error: Error): void;
}

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

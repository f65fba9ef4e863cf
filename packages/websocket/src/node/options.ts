/** Options of a connection, the same for servers and clients. */
export interface ConnectionLimits {
  /** Longest message in bytes, also when inflated; 0 means no limit. Default 104,857,600 (100 MiB). */
  maxPayload?: number | undefined;
  /** Hand out text without looking whether it is UTF-8. Default false. */
  skipUTF8Validation?: boolean | undefined;
  /** Answer Ping frames. Default true. */
  autoPong?: boolean | undefined;
  /** How long the closing handshake may take before the socket is destroyed, in milliseconds. Default 30,000. */
  closeTimeout?: number | undefined;
  /**
   * How many bytes may wait for a peer that does not read, as in `bufferedAmount`. A send that finds more ends the connection: the socket
   * is destroyed, `error` (code `WS_ERR_MAX_BUFFERED_AMOUNT`) and `close` (1006) follow. `drain` tells when nothing waits. Default 0: no limit.
   */
  maxBufferedAmount?: number | undefined;
  /**
   * Send a Ping so often, in milliseconds; a peer from which nothing has come in the interval after it is gone, and the connection ends
   * with 1006. Proxies see traffic, too. Default 0: never, as with `ws`.
   */
  keepAliveInterval?: number | undefined;
  /** False: at most one `message`, `ping` or `pong` event in a turn of the event loop, which costs speed. Default true. */
  allowSynchronousEvents?: boolean | undefined;
  /**
   * Most frames of one message; one more fails the connection with 1008. Default 0: no limit, as fragments are joined when they
   * arrive, so that `maxPayload` bounds what they cost.
   */
  maxFragments?: number | undefined;
  /** Most chunks of the network one frame may arrive in; one more fails the connection with 1008. Default 0: as for `maxFragments`. */
  maxBufferedChunks?: number | undefined;
}

/** Default of `maxPayload`. */
export const DEFAULT_MAX_PAYLOAD_BYTES: number = 100 * 1024 * 1024;
/** Default of `closeTimeout`. */
export const DEFAULT_CLOSE_TIMEOUT_MS = 30_000;

/** Longest message, as the options have it. */
export function maxPayloadBytes(options: ConnectionLimits): number {
  return options.maxPayload ?? DEFAULT_MAX_PAYLOAD_BYTES;
}

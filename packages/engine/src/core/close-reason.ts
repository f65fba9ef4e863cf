/** Why a session ended, as given to `close` listeners. */
export type CloseReason =
  /** the peer closed the transport, or the connection was lost */
  | "transport close"
  /** the transport failed, or the peer broke HTTP or RFC 6455 */
  | "transport error"
  /** `close()` was called here */
  | "forced close"
  /** the peer did not answer the heartbeat in time */
  | "ping timeout"
  /** the peer sent what is not an Engine.IO packet */
  | "parse error"
  /** the peer did not read: more than `maxBufferedAmount` bytes waited for it */
  | "max buffered amount exceeded";

import { CloseCode } from "./opcode.js";

/** Stable codes of {@link WebSocketError}: what the peer did wrong. */
export type WebSocketErrorCode =
  | "WS_ERR_EXPECTED_FIN"
  | "WS_ERR_EXPECTED_MASK"
  | "WS_ERR_INVALID_CLOSE_CODE"
  | "WS_ERR_INVALID_COMPRESSED_DATA"
  | "WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH"
  | "WS_ERR_INVALID_OPCODE"
  | "WS_ERR_INVALID_UTF8"
  | "WS_ERR_TOO_MANY_BUFFERED_PARTS"
  | "WS_ERR_UNEXPECTED_MASK"
  | "WS_ERR_UNEXPECTED_RSV_1"
  | "WS_ERR_UNEXPECTED_RSV_2_3"
  | "WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH"
  | "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";

/**
 * A message or frame of the peer that fails the connection (RFC 6455 §7.1.7).
 *
 * A `RangeError`, because programs written for `ws` test for that class and print it as such.
 */
export class WebSocketError extends RangeError {
  constructor(
    readonly code: WebSocketErrorCode,
    /** Close code sent to the peer (RFC 6455 §7.4.1). */
    readonly closeCode: number,
    message: string,
    options?: { readonly cause?: unknown },
  ) {
    super(message, options);
  }
}

/** A frame that breaks the protocol (close code 1002). */
export function broken(code: WebSocketErrorCode, text: string): WebSocketError {
  return new WebSocketError(code, CloseCode.ProtocolError, `Invalid WebSocket frame: ${text}`);
}

/** Text that is not UTF-8 (close code 1007, RFC 6455 §8.1). */
export function invalidUtf8(): WebSocketError {
  return new WebSocketError(
    "WS_ERR_INVALID_UTF8",
    CloseCode.InvalidPayload,
    "Invalid WebSocket frame: invalid UTF-8 sequence",
  );
}

/** The message, or what it inflates to, is longer than `maxPayload` (close code 1009). */
export function messageTooLong(): WebSocketError {
  return new WebSocketError("WS_ERR_UNSUPPORTED_MESSAGE_LENGTH", CloseCode.MessageTooBig, "Max payload size exceeded");
}

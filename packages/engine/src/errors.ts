/** Codes of refused requests, as sent in the JSON body (`{"code":n,"message":"…"}`). */
export const ErrorCode = {
  UNKNOWN_TRANSPORT: 0,
  UNKNOWN_SID: 1,
  BAD_HANDSHAKE_METHOD: 2,
  BAD_REQUEST: 3,
  FORBIDDEN: 4,
  UNSUPPORTED_PROTOCOL_VERSION: 5,
} as const;
export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** Texts of the codes, as sent in the JSON body. */
export const errorMessages: Readonly<Record<ErrorCode, string>> = {
  0: "Transport unknown",
  1: "Session ID unknown",
  2: "Bad handshake method",
  3: "Bad request",
  4: "Forbidden",
  5: "Unsupported protocol version",
};

/** What was wrong with a refused request; handed to `connection_error` listeners, never sent to the peer. */
export type ErrorContext = Readonly<Record<string, unknown>>;

/** A request the Engine.IO server refuses. Its message is the text of {@link errorMessages}. */
export class EngineError extends Error {
  override readonly name = "EngineError";

  constructor(
    readonly code: ErrorCode,
    readonly context: ErrorContext,
    /** Status of the HTTP reply. */
    readonly httpStatus: 400 | 403 | 503 = code === ErrorCode.FORBIDDEN ? 403 : 400,
  ) {
    super(errorMessages[code]);
  }

  /** Whether somebody was asked and has not decided: the response of the request may still be touched by others. */
  get isUndecided(): boolean {
    return this.context["name"] === "ADMISSION_TIMEOUT";
  }

  /** What the peer is told: the text of `allowRequest`, if it gave one, else the text of the code. */
  get publicMessage(): string {
    const text = this.context["message"];
    return this.code === ErrorCode.FORBIDDEN && typeof text === "string" && text !== "" ? text : this.message;
  }
}

/** A transport failed; the session it carried is closed with the reason `transport error`. */
export class TransportError extends Error {
  override readonly name = "TransportError";
  readonly type = "TransportError";

  /** @param description what lies below: usually an `Error` */
  constructor(
    message: string,
    readonly description?: unknown,
  ) {
    super(message);
  }
}

/** A peer does not read what is sent to it; the session is closed with the reason `max buffered amount exceeded`. */
export class BufferLimitError extends Error {
  override readonly name = "BufferLimitError";
  readonly code = "ERR_MAX_BUFFERED_AMOUNT";

  constructor(bufferedBytes: number, limitBytes: number) {
    super(`${bufferedBytes} bytes are buffered for the peer, maxBufferedAmount is ${limitBytes}`);
  }
}

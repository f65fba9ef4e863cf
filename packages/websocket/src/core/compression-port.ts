import type { WebSocketError } from "./errors.js";

/** Called once per operation, at once or later; exactly one of the two is not null. */
export type CompressionDone = (error: WebSocketError | null, data: Buffer | null) => void;

/** Inflates the messages of one connection, in order (RFC 7692 §7.2.2). One operation at a time. */
export interface MessageInflater {
  /**
   * @param payload the whole compressed message, without the `00 00 ff ff` tail; not changed, and not kept after `done`
   * @param maxBytes the output must never grow beyond this many bytes: `messageTooLong()` while inflating; 0 means no limit
   * @param done may be called before `inflate` returns. After `dispose` it is not called
   */
  inflate(payload: Buffer, maxBytes: number, done: CompressionDone): void;
  /**
   * Looks into a text message while its fragments arrive; `inflate` gets it as a whole all the same.
   *
   * @param maxBytes as for `inflate`
   * @param onError called at most once, later, when the message is lost whatever follows
   * @returns null when it is not worth it now
   */
  preview(maxBytes: number, onError: (error: WebSocketError) => void): TextPreview | null;
  /** Frees the context, also in the middle of an operation. Idempotent. */
  dispose(): void;
}

/** See `MessageInflater.preview`. */
export interface TextPreview {
  /** The next bytes of the compressed message. @param payload not changed from now on */
  push(payload: Buffer): void;
  /** No more, please; `onError` is not called any more. Idempotent. */
  dispose(): void;
}

/** Deflates the messages of one connection, in order (RFC 7692 §7.2.1). One operation at a time. */
export interface MessageDeflater {
  /** Messages shorter than this many bytes are sent as they are. */
  readonly thresholdBytes: number;
  /**
   * LZ77 window of messages that refer to nothing before them (`server_no_context_takeover` is in force), 9 to 15:
   * equal messages of all connections with the same number can share one frame. 0: not possible.
   */
  readonly sharedWindowBits: number;
  /**
   * @param payload not changed, and not kept after `done`
   * @param done gets the payload without the `00 00 ff ff` tail; may be called before `deflate` returns. After `dispose` it is not called
   */
  deflate(payload: Buffer, done: CompressionDone): void;
  /**
   * Deflates at once and without context, for a frame shared by many connections. Only when `sharedWindowBits` is not 0.
   *
   * @returns null when the message is too long to be deflated at once; it goes through `deflate` then
   */
  deflateShared(payload: Buffer): Buffer | null;
  /** Frees the context, also in the middle of an operation. Idempotent. */
  dispose(): void;
}

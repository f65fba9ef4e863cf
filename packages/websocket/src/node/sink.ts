/** Direct delivery, in place of events. Called synchronously, in wire order. */
export interface WebSocketSink {
  /** A text message. */
  onText(text: string): void;
  /** A binary message. It belongs to the receiver, and never keeps a network chunk much larger than itself alive. */
  onBinary(data: Buffer): void;
  /** `queuedBytes` is 0 again, after it was above 0 at the end of a flush. */
  onDrain(): void;
  /** Before `onClose`: the peer broke the protocol, sent a too long message (`RangeError: Max payload size exceeded`) … */
  onError(error: Error): void;
  /** Once. @param code 1005 when the peer gave none, 1006 when the connection broke. @param reason at most 123 bytes of UTF-8 */
  onClose(code: number, reason: string): void;
}

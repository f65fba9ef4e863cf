import type { WebSocketError } from "./errors.js";
import type { ControlOpcode, DataOpcode } from "./opcode.js";

/** Where data frames go. Called synchronously, in wire order; only well-formed sequences of frames arrive here. */
export interface DataFrameSink {
  /**
   * A whole data frame.
   *
   * @param rsv1 true on the first frame of a compressed message
   * @param chunk holds the unmasked payload in `[start, end)`: borrowed, valid only during the call
   * @param ascii for text that is not compressed: true when every payload byte is below 0x80
   */
  onFrame(
    opcode: DataOpcode,
    fin: boolean,
    rsv1: boolean,
    chunk: Buffer,
    start: number,
    end: number,
    ascii: boolean,
  ): void;
  /** A data frame whose payload is not in the chunk as a whole. `onFramePart`s with `length` bytes in total follow. */
  onFrameStart(opcode: DataOpcode, fin: boolean, rsv1: boolean, length: number): void;
  /** The next bytes of the started frame, as in `onFrame`. */
  onFramePart(chunk: Buffer, start: number, end: number, ascii: boolean): void;
  /** The started frame is complete. */
  onFrameEnd(): void;
}

/** Where control frames and errors go. */
export interface ControlFrameSink {
  /** @param payload owned by the receiver, at most 125 bytes */
  onControl(opcode: ControlOpcode, payload: Buffer): void;
  /** The peer broke the protocol; the parser has stopped. */
  onFrameError(error: WebSocketError): void;
}

import { constants } from "node:buffer";
import { WebSocketError, broken, messageTooLong } from "./errors.js";
import { CloseCode, Opcode } from "./opcode.js";

/** What a message may be. 0 means no limit. */
export interface MessageLimits {
  /** Longest message in bytes, over all its fragments. */
  readonly maxPayloadBytes: number;
  /** Most frames of one message, empty ones counted. */
  readonly maxFragments: number;
  /** permessage-deflate was negotiated: RSV1 may be set (RFC 7692 §6). */
  readonly allowsRsv1: boolean;
}

/** Which data frame may follow which, and how much they may hold together (RFC 6455 §5.4). */
export class FrameSequence {
  private readonly maxPayloadBytes: number;
  private readonly maxFragments: number;
  private readonly allowsRsv1: boolean;
  /** The fragmented message being read: its opcode (0: none), whether it is compressed, its bytes and frames so far. */
  private opcode: number = Opcode.Continuation;
  private rsv1 = false;
  private isPlain = false;
  private bytes = 0;
  private frames = 0;

  constructor(limits: MessageLimits) {
    // What no Buffer can hold would be an exception once it has come.
    this.maxPayloadBytes = Math.min(limits.maxPayloadBytes || Infinity, constants.MAX_LENGTH);
    this.maxFragments = limits.maxFragments;
    this.allowsRsv1 = limits.allowsRsv1;
  }

  /** Whether the frame admitted last is of text that is not compressed. */
  get isPlainText(): boolean {
    return this.isPlain;
  }

  /** Whether more fragments of a message are to come. */
  get isInMessage(): boolean {
    return this.opcode !== Opcode.Continuation;
  }

  /** Judges the first byte of a data frame. @returns null when it may come here */
  judge(opcode: number, rsv1: boolean): WebSocketError | null {
    const continues = opcode === Opcode.Continuation;
    if (opcode > Opcode.Binary || continues === (this.opcode === Opcode.Continuation)) {
      return broken("WS_ERR_INVALID_OPCODE", `invalid opcode ${opcode}`);
    }
    if (rsv1 && (continues || !this.allowsRsv1)) {
      return broken("WS_ERR_UNEXPECTED_RSV_1", "RSV1 must be clear"); // RFC 7692 §6.1: first frame only
    }
    return null;
  }

  /** Counts a data frame into its message. @returns null when it is within the limits */
  admit(opcode: number, fin: boolean, rsv1: boolean, length: number): WebSocketError | null {
    if (opcode !== Opcode.Continuation) {
      this.opcode = opcode;
      this.rsv1 = rsv1;
      this.isPlain = opcode === Opcode.Text && !rsv1;
      this.bytes = 0;
      this.frames = 0;
    }
    this.bytes += length;
    this.frames++;
    if (fin) this.opcode = Opcode.Continuation;
    if (this.bytes > this.limitBytes()) return messageTooLong();
    if (this.maxFragments > 0 && this.frames > this.maxFragments) return tooManyParts("message fragments");
    return null;
  }

  /** Deflate expands what it cannot compress by stored blocks: 5 bytes for each 64 KiB, more with small blocks. */
  private limitBytes(): number {
    const max = this.maxPayloadBytes;
    return this.rsv1 ? Math.min(max + Math.ceil(max / 256) + 64, constants.MAX_LENGTH) : max;
  }
}

/** More pieces than the application allows (close code 1008). */
export function tooManyParts(what: "message fragments" | "buffered chunks"): WebSocketError {
  return new WebSocketError("WS_ERR_TOO_MANY_BUFFERED_PARTS", CloseCode.PolicyViolation, `Too many ${what}`);
}

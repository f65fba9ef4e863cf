import { constants, isUtf8 } from "node:buffer";
import { invalidUtf8, messageTooLong, type WebSocketError } from "./errors.js";
import type { DataFrameSink } from "./frame-sink.js";
import { Opcode, type DataOpcode } from "./opcode.js";
import { SHORT_TEXT_BYTES, decodeShortUtf8 } from "./utf8-decode.js";
import { Utf8Validator } from "./utf8.js";

/** Where messages go. Called synchronously, in wire order. What is handed over belongs to the receiver. */
export interface MessageSink {
  /** A text message, when `textAs` is "string". */
  onText(text: string): void;
  /** A text message, when `textAs` is "bytes": checked UTF-8. */
  onTextBytes(data: Buffer): void;
  onBinary(data: Buffer): void;
}

/** Who deals with what is not a message yet, and with what is none. */
export interface AssemblerOwner {
  /** A compressed message (RFC 7692). @param payload borrowed: see `MessageInflater.inflate` */
  onCompressed(payload: Buffer, isText: boolean): void;
  /** The next bytes of a compressed text message, more of whose fragments follow. @param payload not changed from now on */
  onCompressedPart(payload: Buffer): void;
  /** Text that is not UTF-8, or longer than a string can be. */
  onMessageError(error: WebSocketError): void;
}

/** Fragments are collected in a buffer of at least this many bytes, which doubles. */
const FIRST_CAPACITY_BYTES = 1024;
/** The most that is allocated on the word of a frame header; longer payloads get more as their bytes arrive. */
const TRUSTED_LENGTH_BYTES = 256 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Frames to messages (RFC 6455 §5.4), text checked as it arrives (§8.1).
 *
 * All fragments of a message go into one buffer, so what a message costs is bounded by its bytes, not by the number of
 * its fragments: that needs no limit of its own.
 */
export class MessageAssembler implements DataFrameSink {
  private readonly sink: MessageSink;
  private readonly owner: AssemblerOwner;
  private readonly checksUtf8: boolean;
  /** What `sink` gets for a text message. */
  textAs: "string" | "bytes" = "bytes";

  private opcode: number = Opcode.Continuation;
  private isCompressed = false;
  /** True when the frame being read is the last one of its message. */
  private isLast = false;
  private body: Buffer = EMPTY;
  private bodyBytes = 0;
  private isAscii = true;
  private utf8: Utf8Validator | null = null;

  constructor(sink: MessageSink, owner: AssemblerOwner, checksUtf8: boolean) {
    this.sink = sink;
    this.owner = owner;
    this.checksUtf8 = checksUtf8;
  }

  /** See `DataFrameSink.onFrame`. */
  onFrame(
    opcode: DataOpcode,
    fin: boolean,
    rsv1: boolean,
    chunk: Buffer,
    start: number,
    end: number,
    ascii: boolean,
  ): void {
    if (fin && opcode !== Opcode.Continuation) {
      if (rsv1) this.owner.onCompressed(chunk.subarray(start, end), opcode === Opcode.Text);
      else if (opcode === Opcode.Text) this.deliverText(chunk, start, end, ascii, this.checksUtf8);
      else this.sink.onBinary(ownedCopy(chunk, start, end));
      return;
    }
    this.begin(opcode, fin, rsv1);
    if (end > start) {
      this.reserve(end - start, fin);
      if (!this.append(chunk, start, end, ascii)) return;
    }
    if (fin) this.finish();
  }

  /** See `DataFrameSink.onFrameStart`. */
  onFrameStart(opcode: DataOpcode, fin: boolean, rsv1: boolean, length: number): void {
    this.begin(opcode, fin, rsv1);
    this.reserve(Math.min(length, TRUSTED_LENGTH_BYTES), fin);
  }

  /** See `DataFrameSink.onFramePart`. */
  onFramePart(chunk: Buffer, start: number, end: number, ascii: boolean): void {
    this.reserve(end - start, false);
    this.append(chunk, start, end, ascii);
  }

  /** See `DataFrameSink.onFrameEnd`. */
  onFrameEnd(): void {
    if (this.isLast) this.finish();
  }

  /** A message that was inflated. @param data owned by the assembler */
  onInflated(data: Buffer, isText: boolean): void {
    if (isText) this.deliverText(data, 0, data.length, false, this.checksUtf8);
    else this.sink.onBinary(data);
  }

  /** Forgets the message being read. */
  clear(): void {
    this.opcode = Opcode.Continuation;
    this.body = EMPTY;
    this.bodyBytes = 0;
    this.isAscii = true;
    this.utf8 = null;
  }

  private begin(opcode: DataOpcode, fin: boolean, rsv1: boolean): void {
    this.isLast = fin;
    if (opcode === Opcode.Continuation) return;
    this.opcode = opcode;
    this.isCompressed = rsv1;
  }

  /** Makes room. @param exact nothing will follow these bytes */
  private reserve(bytes: number, exact: boolean): void {
    const needed = this.bodyBytes + bytes;
    if (needed <= this.body.length) return;
    const doubled = Math.min(this.body.length * 2, constants.MAX_LENGTH);
    const capacity = exact ? needed : Math.max(needed, doubled, FIRST_CAPACITY_BYTES);
    const grown = Buffer.allocUnsafeSlow(capacity);
    this.body.copy(grown, 0, 0, this.bodyBytes);
    this.body = grown;
  }

  private append(chunk: Buffer, start: number, end: number, ascii: boolean): boolean {
    if (this.opcode === Opcode.Text && !this.isCompressed) {
      this.isAscii &&= ascii;
      if (this.checksUtf8 && !this.isAscii) {
        this.utf8 ??= new Utf8Validator(); // everything before this piece is ASCII: nothing is open
        if (!this.utf8.push(chunk, start, end)) return this.fail(invalidUtf8());
      }
    }
    const from = this.bodyBytes;
    chunk.copy(this.body, from, start, end);
    this.bodyBytes += end - start;
    if (this.isCompressed && !this.isLast && this.opcode === Opcode.Text && this.checksUtf8) {
      this.owner.onCompressedPart(this.body.subarray(from, this.bodyBytes));
    }
    return true;
  }

  private finish(): void {
    const { opcode, isCompressed, isAscii, utf8, body, bodyBytes } = this;
    this.clear();
    if (isCompressed) this.owner.onCompressed(body.subarray(0, bodyBytes), opcode === Opcode.Text);
    else if (opcode === Opcode.Binary) this.sink.onBinary(ownedView(body, bodyBytes));
    else if (utf8 !== null && !utf8.isComplete) this.fail(invalidUtf8());
    else this.deliverText(body, 0, bodyBytes, isAscii, false);
  }

  private deliverText(data: Buffer, start: number, end: number, ascii: boolean, checks: boolean): void {
    if (this.textAs === "bytes") {
      if (!ascii && checks && !isUtf8(data.subarray(start, end))) this.fail(invalidUtf8());
      else this.sink.onTextBytes(ownedCopy(data, start, end));
    } else if (ascii && end - start <= constants.MAX_STRING_LENGTH) {
      this.sink.onText(data.toString("latin1", start, end));
    } else {
      this.deliverString(data, start, end, checks);
    }
  }

  private deliverString(data: Buffer, start: number, end: number, checks: boolean): void {
    if (checks && end - start <= SHORT_TEXT_BYTES) {
      const text = decodeShortUtf8(data, start, end);
      if (text === null) this.fail(invalidUtf8());
      else this.sink.onText(text);
    } else if (checks && !isUtf8(data.subarray(start, end))) {
      this.fail(invalidUtf8());
    } else if (end - start > constants.MAX_STRING_LENGTH) {
      this.fail(messageTooLong());
    } else {
      this.sink.onText(data.toString("utf8", start, end));
    }
  }

  private fail(error: WebSocketError): false {
    this.clear();
    this.owner.onMessageError(error);
    return false;
  }
}

/**
 * A view, unless it keeps alive much more than itself: no small message pins a 64 KiB network chunk. A copy would sit in
 * Node's buffer pool and keep that alive, so memory of the pool's size is never too much.
 */
function ownedCopy(chunk: Buffer, start: number, end: number): Buffer {
  const pinned = chunk.buffer.byteLength;
  const isView = pinned <= Buffer.poolSize || (end - start) * 2 >= pinned;
  const view = chunk.subarray(start, end);
  return isView ? view : Buffer.from(view);
}

function ownedView(body: Buffer, length: number): Buffer {
  return length === body.length ? body : ownedCopy(body, 0, length);
}

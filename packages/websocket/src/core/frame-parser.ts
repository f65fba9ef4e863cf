import { WebSocketError, broken } from "./errors.js";
import { FrameSequence, tooManyParts, type MessageLimits } from "./frame-sequence.js";
import type { ControlFrameSink, DataFrameSink } from "./frame-sink.js";
import { applyMask, applyMaskToText } from "./mask.js";
import { CloseCode, Opcode, type ControlOpcode, type DataOpcode } from "./opcode.js";

export interface FrameParserOptions extends MessageLimits {
  /** Our role: a server takes masked frames only, a client unmasked ones only (RFC 6455 §5.1). */
  readonly role: "server" | "client";
  /** Most chunks one frame may arrive in; 0 means no limit. */
  readonly maxChunks: number;
}

const MAX_HEADER_BYTES = 14;
const MAX_CONTROL_PAYLOAD_BYTES = 125;
const EMPTY: Buffer = Buffer.alloc(0);

/**
 * Bytes to frames (RFC 6455 §5.2). Unmasks in place: the chunks it is given are changed.
 *
 * A header that does not fit into a chunk is collected; a payload never is, except that of a control frame.
 */
export class FrameParser {
  private readonly isServer: boolean;
  private readonly maxChunks: number;
  private readonly sequence: FrameSequence;
  private readonly data: DataFrameSink;
  private readonly controls: ControlFrameSink;

  private chunk: Buffer = EMPTY;
  private offset = 0;
  private mode: "reading" | "held" | "stopped" = "reading";
  private isRunning = false;

  /** Beginning of a header that was cut by the end of a chunk. */
  private header: Buffer | null = null;
  private headerBytes = 0;

  /** The frame being read. */
  private opcode: number = Opcode.Continuation;
  private fin = false;
  private rsv1 = false;
  private length = 0;
  private key = 0;
  /** Payload bytes still to come of a frame that is not whole in its chunk; 0 between frames. */
  private remaining = 0;
  /** Payload of such a frame when it is a control frame. */
  private control: Buffer | null = null;
  /** Chunks that ended inside of it. */
  private cuts = 0;

  constructor(options: FrameParserOptions, data: DataFrameSink, controls: ControlFrameSink) {
    this.isServer = options.role === "server";
    this.maxChunks = options.maxChunks;
    this.sequence = new FrameSequence(options);
    this.data = data;
    this.controls = controls;
  }

  /** True inside of `push` and `proceed`. */
  get isParsing(): boolean {
    return this.isRunning;
  }

  /** True when bytes wait to be parsed: the parser is held, or its sink threw. */
  get hasUnparsed(): boolean {
    return this.offset < this.chunk.length;
  }

  /** Between messages, with no bytes left, and not held: as at the beginning. */
  get isIdle(): boolean {
    return (
      this.mode === "reading" &&
      !this.isRunning &&
      this.remaining === 0 &&
      this.header === null &&
      !this.hasUnparsed &&
      !this.sequence.isInMessage
    );
  }

  /** @param chunk changed in place, and kept until parsed */
  push(chunk: Buffer): void {
    if (this.mode === "stopped") return;
    this.chunk = this.hasUnparsed ? Buffer.concat([this.chunk.subarray(this.offset), chunk]) : chunk;
    this.offset = 0;
    this.run();
    if (this.maxChunks > 0) this.countCut();
  }

  /** Hands out nothing more until `release`. */
  hold(): void {
    if (this.mode === "reading") this.mode = "held";
  }

  /** Ends `hold`; what has come meanwhile waits for `push` or `proceed`. */
  release(): void {
    if (this.mode === "held") this.mode = "reading";
  }

  /** Goes on where `hold` stopped it, or where the sink threw. */
  proceed(): void {
    this.run();
  }

  /** Drops what it has and ignores what comes. */
  stop(): void {
    this.mode = "stopped";
    this.chunk = EMPTY;
    this.offset = 0;
    this.header = null;
    this.control = null;
  }

  private run(): void {
    if (this.isRunning) return; // called by the sink: the loop below goes on
    this.isRunning = true;
    try {
      while (this.mode === "reading" && this.offset < this.chunk.length) {
        if (this.remaining > 0) this.readPart();
        else this.readHeader();
      }
    } finally {
      this.isRunning = false;
      if (!this.hasUnparsed) this.chunk = EMPTY; // an idle connection keeps no chunk alive
    }
  }

  private countCut(): void {
    const isInFrame = this.remaining > 0 || this.header !== null;
    if (!isInFrame || this.mode !== "reading") return;
    this.cuts++;
    if (this.cuts > this.maxChunks) this.failWith(tooManyParts("buffered chunks"));
  }

  private readHeader(): void {
    const { chunk, offset } = this;
    if (this.header !== null) return this.collectHeader(this.header);
    this.cuts = 0;
    const available = chunk.length - offset;
    if (available < 2) return this.cutHeader();
    const size = headerSize(chunk[offset + 1]!);
    if (available < size) return this.cutHeader();
    if (!this.decodeStart(chunk[offset]!, chunk[offset + 1]!)) return;
    if (!this.decodeLength(chunk, offset, size)) return;
    this.offset = offset + size;
    this.beginPayload();
  }

  private cutHeader(): void {
    this.header = Buffer.allocUnsafe(MAX_HEADER_BYTES);
    this.headerBytes = 0;
    this.collectHeader(this.header);
  }

  /** Copies what belongs to the header and judges each part of it as soon as it is there. */
  private collectHeader(header: Buffer): void {
    while (this.headerBytes < 2 || this.headerBytes < headerSize(header[1]!)) {
      if (this.offset === this.chunk.length) return;
      header[this.headerBytes++] = this.chunk[this.offset++]!;
      if (this.headerBytes === 2 && !this.decodeStart(header[0]!, header[1]!)) return;
    }
    this.header = null;
    if (this.decodeLength(header, 0, this.headerBytes)) this.beginPayload();
  }

  /** First two bytes of a header: FIN, RSV, opcode, MASK and the short length. */
  private decodeStart(first: number, second: number): boolean {
    this.opcode = first & 0x0f;
    this.fin = (first & 0x80) !== 0;
    this.rsv1 = (first & 0x40) !== 0;
    if ((first & 0x30) !== 0) return this.fail("WS_ERR_UNEXPECTED_RSV_2_3", "RSV2 and RSV3 must be clear");
    if (this.opcode >= Opcode.Close) {
      if (!this.checkControl(second & 0x7f)) return false;
    } else if (!this.checkData()) return false;
    if (((second & 0x80) !== 0) === this.isServer) return true;
    return this.isServer
      ? this.fail("WS_ERR_EXPECTED_MASK", "MASK must be set")
      : this.fail("WS_ERR_UNEXPECTED_MASK", "MASK must be clear");
  }

  private checkControl(length: number): boolean {
    if (this.opcode > Opcode.Pong) return this.fail("WS_ERR_INVALID_OPCODE", `invalid opcode ${this.opcode}`);
    if (!this.fin) return this.fail("WS_ERR_EXPECTED_FIN", "FIN must be set");
    if (this.rsv1) return this.fail("WS_ERR_UNEXPECTED_RSV_1", "RSV1 must be clear");
    if (length <= MAX_CONTROL_PAYLOAD_BYTES) return true;
    return this.fail("WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", `invalid payload length ${length}`);
  }

  private checkData(): boolean {
    return this.judged(this.sequence.judge(this.opcode, this.rsv1));
  }

  /** The extended length and the masking key; judges the length before anything is allocated for it. */
  private decodeLength(source: Buffer, at: number, size: number): boolean {
    const short = source[at + 1]! & 0x7f;
    if (short < 126) {
      this.length = short;
    } else if (short === 126) {
      this.length = (source[at + 2]! << 8) | source[at + 3]!;
    } else {
      const high = source.readUInt32BE(at + 2);
      if (high > 0x1fffff) {
        const text = "Unsupported WebSocket frame: payload length > 2^53 - 1";
        return this.judged(new WebSocketError("WS_ERR_UNSUPPORTED_DATA_PAYLOAD_LENGTH", CloseCode.MessageTooBig, text));
      }
      this.length = high * 0x1_0000_0000 + source.readUInt32BE(at + 6);
    }
    if (this.isServer) {
      const key = at + size - 4;
      this.key = source[key]! | (source[key + 1]! << 8) | (source[key + 2]! << 16) | (source[key + 3]! << 24);
    }
    if (this.opcode >= Opcode.Close) return true;
    return this.judged(this.sequence.admit(this.opcode, this.fin, this.rsv1, this.length));
  }

  private beginPayload(): void {
    const { opcode, length } = this;
    const start = this.offset;
    if (length <= this.chunk.length - start) {
      const end = start + length;
      this.offset = end;
      if (opcode >= Opcode.Close) {
        applyMask(this.chunk, start, end, this.key, 0);
        this.controls.onControl(opcode as ControlOpcode, Buffer.from(this.chunk.subarray(start, end)));
        return;
      }
      const ascii = this.unmask(this.chunk, start, end, 0);
      this.data.onFrame(opcode as DataOpcode, this.fin, this.rsv1, this.chunk, start, end, ascii);
      return;
    }
    this.remaining = length;
    if (opcode >= Opcode.Close) this.control = Buffer.allocUnsafe(length);
    else this.data.onFrameStart(opcode as DataOpcode, this.fin, this.rsv1, length);
  }

  private readPart(): void {
    const { chunk, offset, remaining, control } = this;
    const end = Math.min(offset + remaining, chunk.length);
    const phase = this.length - remaining;
    const ascii = this.unmask(chunk, offset, end, phase);
    this.remaining = remaining - (end - offset);
    this.offset = end;
    if (control !== null) {
      chunk.copy(control, phase, offset, end);
      if (this.remaining > 0) return;
      this.control = null;
      this.controls.onControl(this.opcode as ControlOpcode, control);
      return;
    }
    this.data.onFramePart(chunk, offset, end, ascii);
    if (this.remaining === 0 && this.mode !== "stopped") this.data.onFrameEnd();
  }

  /** @returns see `onFrame` of `DataFrameSink` */
  private unmask(chunk: Buffer, start: number, end: number, phase: number): boolean {
    if (this.sequence.isPlainText) return applyMaskToText(chunk, start, end, this.key, phase);
    applyMask(chunk, start, end, this.key, phase);
    return false;
  }

  private fail(code: WebSocketError["code"], text: string): false {
    this.failWith(broken(code, text));
    return false;
  }

  /** @returns true when nothing is wrong */
  private judged(error: WebSocketError | null): boolean {
    if (error !== null) this.failWith(error);
    return error === null;
  }

  private failWith(error: WebSocketError): void {
    this.stop();
    this.controls.onFrameError(error);
  }
}

/** Bytes of a whole header, by its second byte. */
function headerSize(second: number): number {
  const length = second & 0x7f;
  const mask = (second & 0x80) === 0 ? 0 : 4;
  return length < 126 ? 2 + mask : length === 126 ? 4 + mask : 10 + mask;
}

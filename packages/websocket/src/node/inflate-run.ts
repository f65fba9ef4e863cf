import { randomBytes } from "node:crypto";
import { WebSocketError, messageTooLong } from "../core/errors.js";
import { CloseCode } from "../core/opcode.js";
import { STORED_HEADER_BYTES, storedWindow } from "./dictionary.js";

/**
 * Progress through one compressed message (RFC 7692 §7.2.2). A message can hold several DEFLATE streams, because a block with BFINAL set
 * ends one (§7.2.3.4); zlib is asked once per stream.
 */
export class InflateRun {
  private readonly input: Buffer;
  private readonly parts: Buffer[] = [];
  /** The LZ77 window at the start of the stream under way, null when it is empty. */
  private window: Buffer | null;
  private consumed = 0;
  private produced = 0;
  private streams = 0;
  /** Where the last stream began. */
  private start = 0;

  /**
   * @param payload the message without its `00 00 ff ff`
   * @param history what came before it in the LZ77 window, null when the message stands alone
   * @param maxBytes the output must not grow beyond this
   * @param takesDictionaries false: the window is put before the input, and dropped from the output
   */
  constructor(
    private readonly payload: Buffer,
    history: Buffer | null,
    private readonly windowBytes: number,
    private readonly maxBytes: number,
    private readonly takesDictionaries: boolean,
  ) {
    this.input = Buffer.concat([payload, TAIL]);
    this.window = history;
  }

  /** What zlib inflates next. */
  nextInput(): Buffer {
    return this.behindWindow(this.consumed === 0 ? this.input : this.input.subarray(this.consumed));
  }

  /** Window at the start of that input, undefined when it is empty, or part of the input. */
  nextDictionary(): Buffer | undefined {
    return this.takesDictionaries && this.window !== null && this.window.length > 0 ? this.window : undefined;
  }

  /** Bytes zlib may still put out. */
  nextMaxOutput(): number {
    return this.maxBytes - this.produced + MARKER.length + this.storedBytes;
  }

  /**
   * Takes what zlib made of the input up to the end of a stream.
   *
   * @param consumed bytes of the input zlib used
   * @returns true when the message is complete
   * @throws WebSocketError when the message stops inside a block, is too long, or holds too many streams
   */
  take(inflated: Buffer, consumed: number): boolean {
    const { storedBytes } = this;
    const output = storedBytes === 0 ? inflated : inflated.subarray(storedBytes);
    this.start = this.consumed;
    this.consumed += storedBytes === 0 ? consumed : consumed - storedBytes - STORED_HEADER_BYTES;
    const isEnd = this.consumed === this.input.length;
    const part = isEnd ? withoutMarker(output) : output;
    this.produced += part.length;
    if (this.produced > this.maxBytes) throw messageTooLong();
    this.parts.push(part);
    // The last block may have been a final one: then there is no empty block to complete.
    if (isEnd || this.consumed === this.payload.length) return true;
    if (this.consumed > this.payload.length) throw endsInsideBlock();
    if (++this.streams >= MAX_STREAMS) throw invalidDeflate(`more than ${MAX_STREAMS} final blocks in a message`);
    this.window = slideWindow(this.window, part, this.windowBytes);
    return false;
  }

  /** The inflated message. */
  message(): Buffer {
    const [first] = this.parts;
    return first !== undefined && this.parts.length === 1 ? compact(first) : Buffer.concat(this.parts);
  }

  /**
   * What has to be inflated once more, without the tail, to tell a whole message from one that stops inside a stored block and lacks
   * as many bytes as the tail has before its final block: it would have swallowed them.
   *
   * @returns null for nearly all messages: those that do not end with such bytes
   */
  doubtful(): DoubtfulStream | null {
    const last = this.parts.at(-1);
    if (last === undefined || !endsWith(last, TAIL_HEADER)) return null;
    return {
      input: this.behindWindow(this.payload.subarray(this.start)),
      dictionary: this.nextDictionary(),
      inflatedBytes: last.length + this.storedBytes,
    };
  }

  /** Bytes of the window that stand before the input. */
  private get storedBytes(): number {
    return this.takesDictionaries || this.window === null ? 0 : this.window.length;
  }

  private behindWindow(input: Buffer): Buffer {
    return this.window === null || this.storedBytes === 0 ? input : Buffer.concat([storedWindow(this.window), input]);
  }
}

/** The last stream of a message: it is whole when it inflates to as many bytes without the tail. */
export interface DoubtfulStream {
  readonly input: Buffer;
  readonly dictionary: Buffer | undefined;
  readonly inflatedBytes: number;
}

/** The last `windowBytes` of what stood in the window and what came after it. Owns its memory. */
export function slideWindow(window: Buffer | null, data: Buffer, windowBytes: number): Buffer {
  if (data.length >= windowBytes) return Buffer.from(data.subarray(data.length - windowBytes));
  if (window === null || window.length === 0) return Buffer.from(data);
  return Buffer.concat([window.subarray(-(windowBytes - data.length)), data]);
}

/** A compressed message that is no DEFLATE data (close code 1007). */
export function invalidDeflate(message: string, options?: { readonly cause?: unknown }): WebSocketError {
  return new WebSocketError("WS_ERR_INVALID_COMPRESSED_DATA", CloseCode.InvalidPayload, message, options);
}

/** A small output must not keep the whole chunk alive that zlib wrote it into. */
function compact(output: Buffer): Buffer {
  return output.length * 2 < output.buffer.byteLength ? Buffer.from(output) : output;
}

/** What a sender cut off (RFC 7692 §7.2.1). */
export const SYNC_TAIL: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/**
 * What is put behind a message. It stopped behind the header bits of a stored block (§7.2.1), so what follows are lengths and data of
 * that block, and a final empty one. zlib must end exactly there, and have put out the data. A message that stops inside a block of
 * Huffman codes would have to contain codes that turn these bits into those bytes, which its sender does not know.
 */
const MARKER: Buffer = randomBytes(8);
const TAIL_HEADER: Buffer = Buffer.from([MARKER.length, 0x00, ~MARKER.length & 0xff, 0xff]);
const TAIL = Buffer.concat([TAIL_HEADER, MARKER, Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff])]);

function withoutMarker(output: Buffer): Buffer {
  if (!endsWith(output, MARKER)) throw endsInsideBlock();
  return output.subarray(0, output.length - MARKER.length);
}

function endsWith(data: Buffer, end: Buffer): boolean {
  const from = data.length - end.length;
  let at = 0;
  while (at < end.length && data[from + at] === end[at]) at++;
  return at === end.length;
}

/** A compressed message that stops too early (close code 1007). */
export function endsInsideBlock(): WebSocketError {
  return invalidDeflate("the message ends inside a block");
}

/** Each stream costs a set-up of zlib; a sender needs one per flush. */
const MAX_STREAMS = 64;

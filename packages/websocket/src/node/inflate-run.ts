import { WebSocketError, messageTooLong } from "../core/errors.js";

/**
 * Progress through one compressed message (RFC 7692 §7.2.2). A message can hold several DEFLATE streams, because a block with BFINAL set
 * ends one (§7.2.3.4); zlib is asked once per stream.
 */
export class InflateRun {
  private readonly input: Buffer;
  private readonly parts: Buffer[] = [];
  private consumed = 0;
  private produced = 0;
  private streams = 0;

  /**
   * @param payload the message without its `00 00 ff ff`
   * @param history what came before it in the LZ77 window, null when the message stands alone
   * @param maxBytes the output must not grow beyond this
   */
  constructor(
    private readonly payload: Buffer,
    private readonly history: Buffer | null,
    private readonly windowBytes: number,
    private readonly maxBytes: number,
  ) {
    this.input = Buffer.concat([payload, TAIL]);
  }

  /** What zlib inflates next. */
  nextInput(): Buffer {
    return this.consumed === 0 ? this.input : this.input.subarray(this.consumed);
  }

  /** Window at the start of that input, undefined when it is empty. */
  nextDictionary(): Buffer | undefined {
    let window = this.history;
    for (const part of this.parts) window = slideWindow(window, part, this.windowBytes);
    return window === null || window.length === 0 ? undefined : window;
  }

  /** Bytes zlib may still put out; at least 1, the least it takes for a limit. */
  nextMaxOutput(): number {
    return Math.max(1, this.maxBytes - this.produced);
  }

  /**
   * Takes what zlib made of the input up to the end of a stream.
   *
   * @param consumed bytes of the input zlib used
   * @returns true when the message is complete
   * @throws WebSocketError when the message stops inside a block, is too long, or holds too many streams
   */
  take(output: Buffer, consumed: number): boolean {
    this.produced += output.length;
    if (this.produced > this.maxBytes) throw messageTooLong();
    this.parts.push(output);
    this.consumed += consumed;
    // The last block may have been a final one: then there is no empty block to complete.
    if (this.consumed === this.input.length || this.consumed === this.payload.length) return true;
    if (this.consumed > this.payload.length) throw invalidDeflate("the message ends inside a block");
    if (++this.streams >= MAX_STREAMS) throw invalidDeflate(`more than ${MAX_STREAMS} final blocks in a message`);
    return false;
  }

  /** The inflated message. */
  message(): Buffer {
    const [first] = this.parts;
    return first !== undefined && this.parts.length === 1 ? compact(first) : Buffer.concat(this.parts);
  }

  /**
   * True when a message that was cut could have been taken for whole, by swallowing the tail. Such a message inflates to something else
   * without the tail.
   */
  looksCut(message: Buffer): boolean {
    if (this.parts.length > 1) return false;
    const end = this.payload[this.payload.length - 1];
    // A whole message ends with the three zero bits of a stored block's header and zeros up to the byte's end.
    return (end !== undefined && end > 0x1f) || SYNC_TAIL.equals(message.subarray(-SYNC_TAIL.length));
  }
}

/** The last `windowBytes` of what stood in the window and what came after it. Owns its memory. */
export function slideWindow(window: Buffer | null, data: Buffer, windowBytes: number): Buffer {
  if (data.length >= windowBytes) return Buffer.from(data.subarray(data.length - windowBytes));
  if (window === null || window.length === 0) return Buffer.from(data);
  return Buffer.concat([window.subarray(-(windowBytes - data.length)), data]);
}

/** A compressed message that is no DEFLATE data (close code 1007). */
export function invalidDeflate(message: string, options?: ErrorOptions): WebSocketError {
  return new WebSocketError("WS_ERR_INVALID_COMPRESSED_DATA", 1007, message, options);
}

/** A small output must not keep the whole chunk alive that zlib wrote it into. */
function compact(output: Buffer): Buffer {
  return output.length * 2 < output.buffer.byteLength ? Buffer.from(output) : output;
}

/** What a sender cut off (RFC 7692 §7.2.1). */
export const SYNC_TAIL: Buffer = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/**
 * What is put behind a message: the bytes its sender cut off, and a final empty block. zlib finds the end of the stream exactly behind
 * it, unless the message stopped inside a block.
 */
const TAIL = Buffer.concat([SYNC_TAIL, Buffer.from([0x01, 0x00, 0x00, 0xff, 0xff])]);

/** Each stream costs a set-up of zlib; a sender needs one per flush. */
const MAX_STREAMS = 64;

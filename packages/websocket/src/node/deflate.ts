import { constants, deflateRaw, deflateRawSync, type ZlibOptions } from "node:zlib";
import type { CompressionDone, MessageDeflater } from "../core/compression-port.js";
import { WebSocketError } from "../core/errors.js";
import { CloseCode } from "../core/opcode.js";
import type { DeflateTuning } from "../core/permessage-deflate.js";
import { slideWindow, SYNC_TAIL } from "./inflate-run.js";
import { zlibPool } from "./zlib-pool.js";

/** What the peer can inflate, as negotiated, and how zlib is tuned. */
export interface DeflaterOptions {
  /** Own window, 8 to 15. */
  readonly windowBits: number;
  /** Messages may refer to earlier ones. */
  readonly contextTakeover: boolean;
  /** Shorter messages are not compressed, in bytes. */
  readonly thresholdBytes: number;
  readonly tuning: DeflateTuning;
}

/**
 * Deflates the messages of one connection with one-shot calls of zlib. No zlib context (up to 256 KiB) lives between messages: with
 * context takeover the last plain bytes are kept and given to zlib as a dictionary. Short messages are deflated at once, long ones in
 * the thread pool.
 */
export class RawDeflater implements MessageDeflater {
  readonly thresholdBytes: number;
  readonly sharedWindowBits: number;
  private readonly historyBytes: number;
  private readonly zlib: ZlibOptions;
  private history: Buffer | null;
  private isDisposed = false;

  constructor(private readonly options: DeflaterOptions) {
    this.thresholdBytes = options.thresholdBytes;
    this.sharedWindowBits = options.contextTakeover || options.windowBits < 9 ? 0 : options.windowBits;
    this.historyBytes = Math.min(2 ** options.windowBits, HISTORY_BYTES);
    this.history = options.contextTakeover ? Buffer.alloc(0) : null;
    this.zlib = {
      finishFlush: constants.Z_SYNC_FLUSH,
      level: options.tuning.level,
      // zlib has no raw window of 8 bits. Run-length matches reach back one byte, so they fit into any.
      strategy: options.windowBits < 9 ? constants.Z_RLE : options.tuning.strategy,
      windowBits: 15,
      chunkSize: undefined,
      memLevel: undefined,
      dictionary: undefined,
    };
  }

  deflate(payload: Buffer, done: CompressionDone): void {
    if (payload.length > AT_ONCE_BYTES) return this.deflateInPool(payload, done);
    return done(null, this.deflateAtOnce(payload));
  }

  deflateShared(payload: Buffer): Buffer | null {
    return payload.length > SHARED_AT_ONCE_BYTES ? null : this.deflateAtOnce(payload);
  }

  dispose(): void {
    this.isDisposed = true;
    this.history = null;
  }

  private deflateAtOnce(payload: Buffer): Buffer {
    const deflated = deflateRawSync(payload, this.zlibOptions(payload.length));
    this.remember(payload);
    return withoutTail(deflated);
  }

  private deflateInPool(payload: Buffer, done: CompressionDone): void {
    zlibPool.run((release) => {
      if (this.isDisposed) return release();
      deflateRaw(payload, this.zlibOptions(payload.length), (error, deflated) => {
        release();
        if (this.isDisposed) return;
        if (error !== null) return done(failedToDeflate(error), null);
        this.remember(payload);
        done(null, withoutTail(deflated));
      });
    });
  }

  /** One object, changed for each message: zlib reads it before its call returns. */
  private zlibOptions(length: number): ZlibOptions {
    const { zlib, history } = this;
    const { windowBits, tuning } = this.options;
    const isShort = length <= AT_ONCE_BYTES;
    const historyBytes = history === null ? 0 : history.length;
    // A window larger than all it will see costs set-up time only.
    zlib.windowBits = Math.min(Math.max(windowBits, 9), windowBitsFor(length + historyBytes));
    // One chunk holds the worst case of a short message, and is no larger than it must be.
    zlib.chunkSize = tuning.chunkSize ?? (isShort ? length + 64 : undefined);
    zlib.memLevel = tuning.memLevel ?? (isShort ? 5 : 8);
    zlib.dictionary = historyBytes === 0 ? undefined : (history ?? undefined);
    return zlib;
  }

  private remember(payload: Buffer): void {
    if (this.history !== null) this.history = slideWindow(this.history, payload, this.historyBytes);
  }
}

/** Smallest window in bits that holds `length` bytes and zlib's look-ahead of 262. */
function windowBitsFor(length: number): number {
  let bits = 9;
  while (bits < 15 && 2 ** bits < length + 262) bits++;
  return bits;
}

/** RFC 7692 §7.2.1: the flush marker at the end is not sent. */
function withoutTail(deflated: Buffer): Buffer {
  return deflated.subarray(0, deflated.length - SYNC_TAIL.length);
}

function failedToDeflate(cause: Error): WebSocketError {
  return new WebSocketError(
    "WS_ERR_INVALID_COMPRESSED_DATA",
    CloseCode.InternalError,
    `cannot deflate: ${cause.message}`,
    { cause },
  );
}

/** Messages up to this are deflated at once: at most half a millisecond, for most far less than a trip through the thread pool. */
const AT_ONCE_BYTES = 16 * 1024;
/** A frame for many recipients is worth more of the moment: it is deflated once for all of them. */
const SHARED_AT_ONCE_BYTES = 128 * 1024;
/** To load a full window of 32 KiB costs 75 µs for each message, this 30; most of what helps lies near. */
const HISTORY_BYTES = 8 * 1024;

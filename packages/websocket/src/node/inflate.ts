import { promisify } from "node:util";
import { constants, inflateRaw, inflateRawSync, type ZlibOptions } from "node:zlib";
import type { CompressionDone, MessageInflater, TextPreview } from "../core/compression-port.js";
import { WebSocketError, messageTooLong } from "../core/errors.js";
import { takesDictionaries } from "./dictionary.js";
import { nextTick } from "./event-loop.js";
import { InflateRun, endsInsideBlock, invalidDeflate, slideWindow, type DoubtfulStream } from "./inflate-run.js";
import { ZlibTextPreview } from "./text-preview.js";
import { zlibPool } from "./zlib-pool.js";

/** How the peer deflates, as negotiated, and how zlib is tuned. */
export interface InflaterOptions {
  /** The peer's window, 8 to 15. */
  readonly windowBits: number;
  /** The peer's messages may refer to earlier ones. */
  readonly contextTakeover: boolean;
  /** Bytes zlib puts out at a time. */
  readonly chunkSize?: number | undefined;
  /** Default: what zlib does. */
  readonly takesDictionaries?: boolean | undefined;
}

/**
 * Inflates the messages of one peer with one-shot calls of zlib. No zlib context lives between messages: when the peer takes its context
 * over, the window of plain bytes is kept (at most 32 KiB, no more than was received) and given to zlib as a dictionary, which is what a
 * context is (before the message where zlib takes none). Short messages are inflated at once, long ones in the thread pool.
 */
export class RawInflater implements MessageInflater {
  private readonly windowBytes: number;
  private readonly zlib: ZlibOptions;
  private readonly takesDictionaries: boolean;
  private history: Buffer | null;
  private isDisposed = false;

  constructor(private readonly options: InflaterOptions) {
    this.takesDictionaries = !options.contextTakeover || (options.takesDictionaries ?? takesDictionaries());
    this.windowBytes = 2 ** options.windowBits;
    this.history = options.contextTakeover ? NOTHING : null;
    this.zlib = {
      windowBits: options.windowBits,
      info: true,
      finishFlush: undefined,
      maxOutputLength: undefined,
      chunkSize: undefined,
      dictionary: undefined,
    };
  }

  inflate(payload: Buffer, maxBytes: number, done: CompressionDone): void {
    const limit = limitOf(maxBytes);
    // RFC 7692 §7.2.3.6 writes an empty message as one zero byte; a sender that cut that off too meant the same.
    if (payload.length === 0) return done(null, NOTHING);
    if (payload.length > AT_ONCE_BYTES) return this.inflateInPool(payload, limit, done);

    const bound = Math.min(limit, AT_ONCE_OUTPUT_BYTES);
    let message: Buffer | null = null;
    let error: WebSocketError | null = null;
    try {
      message = this.inflateAtOnce(payload, bound);
    } catch (reason) {
      error = asWebSocketError(reason);
    }
    if (error !== null && isTooLong(error) && bound < limit) return this.inflateInPool(payload, limit, done);
    if (message !== null) this.remember(message);
    return done(error, message);
  }

  preview(maxBytes: number, onError: (error: WebSocketError) => void): TextPreview | null {
    const { history, takesDictionaries } = this;
    const { windowBits } = this.options;
    return ZlibTextPreview.start({ windowBits, history, maxBytes: limitOf(maxBytes), onError, takesDictionaries });
  }

  dispose(): void {
    this.isDisposed = true;
    this.history = null;
  }

  private beginRun(payload: Buffer, maxBytes: number): InflateRun {
    return new InflateRun(payload, this.history, this.windowBytes, maxBytes, this.takesDictionaries);
  }

  private inflateAtOnce(payload: Buffer, maxBytes: number): Buffer {
    const run = this.beginRun(payload, maxBytes);
    let step: InflateResult;
    do {
      step = inflateRawSync(run.nextInput(), this.zlibOptions(run)) as unknown as InflateResult;
    } while (!run.take(step.buffer, step.engine.bytesWritten));
    const doubtful = run.doubtful();
    if (doubtful !== null) assertWhole(doubtful, inflateRawSync(doubtful.input, this.optionsWithoutTail(doubtful)));
    return run.message();
  }

  private inflateInPool(payload: Buffer, maxBytes: number, done: CompressionDone): void {
    zlibPool.run((release) => {
      if (this.isDisposed) return release();
      void this.inflateSteps(payload, maxBytes).then(
        // Out of the promise: what a listener throws is an exception, no rejection.
        (message) => nextTick(() => this.finish(release, done, null, message)),
        (reason: unknown) => nextTick(() => this.finish(release, done, asWebSocketError(reason), null)),
      );
    });
  }

  private async inflateSteps(payload: Buffer, maxBytes: number): Promise<Buffer> {
    const run = this.beginRun(payload, maxBytes);
    let step: InflateResult;
    do {
      step = (await inflateRawLater(run.nextInput(), this.zlibOptions(run))) as unknown as InflateResult;
    } while (!run.take(step.buffer, step.engine.bytesWritten));
    const doubtful = run.doubtful();
    if (doubtful !== null) {
      assertWhole(doubtful, await inflateRawLater(doubtful.input, this.optionsWithoutTail(doubtful)));
    }
    return run.message();
  }

  private finish(
    release: () => void,
    done: CompressionDone,
    error: WebSocketError | null,
    message: Buffer | null,
  ): void {
    release();
    if (this.isDisposed) return;
    if (message !== null) this.remember(message);
    done(error, message);
  }

  /** For a stream as it came: zlib stops where the bytes do, in a block or not. */
  private optionsWithoutTail({ dictionary, inflatedBytes }: DoubtfulStream): ZlibOptions {
    const { zlib } = this;
    zlib.info = false;
    zlib.finishFlush = constants.Z_SYNC_FLUSH;
    zlib.maxOutputLength = inflatedBytes + 1;
    zlib.dictionary = dictionary;
    return zlib;
  }

  /** One object, changed for each call: zlib reads it before its call returns. */
  private zlibOptions(run: InflateRun): ZlibOptions {
    const { zlib } = this;
    const maxOutputLength = run.nextMaxOutput();
    zlib.info = true;
    zlib.finishFlush = undefined;
    zlib.maxOutputLength = maxOutputLength < MAX_BUFFER_BYTES ? maxOutputLength : undefined;
    zlib.chunkSize = this.options.chunkSize ?? (run.nextInput().length > 512 ? undefined : POOLED_CHUNK_BYTES);
    zlib.dictionary = run.nextDictionary();
    return zlib;
  }

  private remember(message: Buffer): void {
    if (this.history !== null) this.history = slideWindow(this.history, message, this.windowBytes);
  }
}

const inflateRawLater = promisify(inflateRaw) as (input: Buffer, options: ZlibOptions) => Promise<Buffer>;

/** What zlib returns with `info`: the engine says how much of the input it used. */
interface InflateResult {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

function assertWhole(stream: DoubtfulStream, withoutTail: Buffer): void {
  if (withoutTail.length !== stream.inflatedBytes) throw endsInsideBlock();
}

function asWebSocketError(reason: unknown): WebSocketError {
  if (reason instanceof WebSocketError) return reason;
  const error = reason as NodeJS.ErrnoException;
  return error.code === "ERR_BUFFER_TOO_LARGE" ? messageTooLong() : invalidDeflate(error.message, { cause: error });
}

function limitOf(maxBytes: number): number {
  return maxBytes === 0 ? Number.MAX_SAFE_INTEGER : maxBytes;
}

function isTooLong(error: WebSocketError): boolean {
  return error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH";
}

const NOTHING = Buffer.alloc(0);
/** Compressed messages up to this are inflated at once: some 20 µs, less than a trip through the thread pool. */
const AT_ONCE_BYTES = 16 * 1024;
/** ... unless they inflate to more than this. */
const AT_ONCE_OUTPUT_BYTES = 128 * 1024;
/** Short messages inflate into Node's buffer pool, which takes what is below half its size of 8 KiB. */
const POOLED_CHUNK_BYTES = 4032;
/** zlib refuses limits beyond what a Buffer can hold on any platform; nothing longer can arrive anyway. */
const MAX_BUFFER_BYTES = 2 ** 31 - 1;

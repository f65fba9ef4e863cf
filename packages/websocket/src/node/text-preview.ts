import { createInflateRaw, constants, type InflateRaw } from "node:zlib";
import { ByteCollector } from "../core/byte-collector.js";
import type { TextPreview } from "../core/compression-port.js";
import { invalidUtf8, messageTooLong, type WebSocketError } from "../core/errors.js";
import { Utf8Validator } from "../core/utf8.js";
import { storedWindow } from "./dictionary.js";
import { invalidDeflate } from "./inflate-run.js";
import { zlibPool } from "./zlib-pool.js";

export interface PreviewOptions {
  /** The peer's window, 8 to 15. */
  readonly windowBits: number;
  /** What came before the message in that window, null when it stands alone. */
  readonly history: Buffer | null;
  /** Most bytes the message may inflate to. */
  readonly maxBytes: number;
  /** Called at most once, never after `dispose`. */
  readonly onError: (error: WebSocketError) => void;
  /** Whether zlib takes the history as a dictionary. */
  readonly takesDictionaries: boolean;
}

/**
 * Inflates the fragments of a text message in the thread pool while others are still to come, drops the result, and tells when
 * the message is lost already: bytes that are no UTF-8 (RFC 6455 §8.1), no DEFLATE data, too many of them.
 */
export class ZlibTextPreview implements TextPreview {
  private static active = 0;

  /** @returns null when so many are under way that another one is not worth its memory: the whole message is judged then */
  static start(options: PreviewOptions): ZlibTextPreview | null {
    return ZlibTextPreview.active < MAX_PREVIEWS ? new ZlibTextPreview(options) : null;
  }

  private readonly utf8 = new Utf8Validator();
  private readonly stream: InflateRaw;
  private readonly pending: ByteCollector = new ByteCollector();
  /** Gives back the place in the pool; null when nothing is being inflated. */
  private release: (() => void) | null = null;
  private isQueued = false;
  private isDisposed = false;
  /** Below 0: bytes of the history still to come, where zlib takes no dictionary. */
  private inflatedBytes = 0;

  private constructor(private readonly options: PreviewOptions) {
    ZlibTextPreview.active++;
    const { windowBits, history, takesDictionaries } = options;
    const hasHistory = history !== null && history.length > 0;
    this.stream = createInflateRaw({
      windowBits,
      flush: constants.Z_SYNC_FLUSH,
      chunkSize: CHUNK_BYTES,
      ...(hasHistory && takesDictionaries && { dictionary: history }),
    });
    if (hasHistory && !takesDictionaries) {
      this.pending.append(storedWindow(history));
      this.inflatedBytes = -history.length;
    }
    this.stream.on("data", (data: Buffer) => this.inspect(data));
    this.stream.on("end", () => this.dispose()); // a final block: what follows it is left to the inflater
    this.stream.on("error", (cause) => this.fail(invalidDeflate(cause.message, { cause })));
  }

  /** See `TextPreview`. */
  push(payload: Buffer): void {
    if (this.isDisposed) return; // behind a final block
    this.pending.append(payload);
    this.inflateNext();
  }

  /** See `TextPreview`. */
  dispose(): void {
    if (this.isDisposed) return;
    this.isDisposed = true;
    ZlibTextPreview.active--;
    this.pending.take();
    this.stream.destroy();
    this.idle();
  }

  private inflateNext(): void {
    if (this.isQueued || this.pending.length === 0) return;
    this.isQueued = true;
    zlibPool.run((release) => this.write(release));
  }

  private write(release: () => void): void {
    this.release = release;
    if (this.isDisposed) return this.idle();
    this.stream.write(this.pending.take(), () => {
      this.idle();
      this.inflateNext();
    });
  }

  private idle(): void {
    const { release } = this;
    this.release = null;
    this.isQueued = false;
    release?.();
  }

  private inspect(data: Buffer): void {
    if (this.isDisposed) return;
    const from = Math.min(Math.max(-this.inflatedBytes, 0), data.length);
    this.inflatedBytes += data.length;
    if (this.inflatedBytes > this.options.maxBytes) this.fail(messageTooLong());
    else if (!this.utf8.push(data, from, data.length)) this.fail(invalidUtf8());
  }

  private fail(error: WebSocketError): void {
    if (this.isDisposed) return;
    this.dispose();
    this.options.onError(error);
  }
}

/** zlib gives its output in pieces of this size, which live for a moment only. */
const CHUNK_BYTES = 4096;
/** Each holds some 45 kB for as long as a peer takes to finish its message. */
const MAX_PREVIEWS = 64;

import { Writable } from "node:stream";
import { Connection } from "../core/connection.js";
import { binaryAs } from "./binary-form.js";
import { setImmediate } from "./event-loop.js";
import type { BinaryType } from "./event-target.js";
import type { PerMessageDeflate } from "./permessage-deflate-compat.js";
import { readersFor } from "./readers.js";

/** Options of a `Receiver`. */
export interface ReceiverOptions {
  /** Form of binary messages. Default "nodebuffer". */
  readonly binaryType?: BinaryType | undefined;
  /** With a {@link PerMessageDeflate} that has accepted: compressed messages are inflated. */
  readonly extensions?: { readonly "permessage-deflate"?: PerMessageDeflate | undefined } | undefined;
  /** Expect masked frames. Default false. */
  readonly isServer?: boolean | undefined;
  /** Longest message in bytes; 0 means no limit. Default 104,857,600 (100 MiB). */
  readonly maxPayload?: number | undefined;
  /** Most frames of one message; default 0: no limit. */
  readonly maxFragments?: number | undefined;
  /** Most chunks one frame may arrive in; default 0: no limit. */
  readonly maxBufferedChunks?: number | undefined;
  /** Default false. */
  readonly skipUTF8Validation?: boolean | undefined;
}

/**
 * `ws`'s receiver: frames are written to it, events come out: `message` (data, isBinary), `ping`, `pong`, `conclude`
 * (code, reason) after a Close frame, `error`.
 */
export class Receiver extends Writable {
  private readonly connection: Connection;
  private failure: Error | null = null;
  /** Continues the stream; waits while a message is inflated. */
  private next: ((error?: Error | null) => void) | null = null;
  private isHeld = false;

  constructor(options: ReceiverOptions = {}) {
    super();
    const { binaryType = "nodebuffer" } = options;
    const role = options.isServer === true ? "server" : "client";
    this.connection = new Connection(
      role,
      {
        onText: () => {},
        onTextBytes: (data) => void this.emit("message", data, false),
        onBinary: (data) => void this.emit("message", binaryAs(binaryType, data), true),
      },
      {
        onPing: (data) => void this.emit("ping", data),
        onPong: (data) => void this.emit("pong", data),
        onError: (error) => this.fail(error),
        perform: (action) => action === "answer-close" && this.conclude(),
        onInterrupted: () => setImmediate(() => this.connection.proceed()),
        pauseReading: () => (this.isHeld = true),
        resumeReading: () => this.release(),
      },
    );
    const inflater = options.extensions?.["permessage-deflate"]?.agreed().inflater ?? null;
    this.connection.open(readersFor(role, options), inflater);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.next = done;
    try {
      this.connection.receive(chunk);
    } finally {
      if (!this.isHeld) this.release();
    }
  }

  private release(): void {
    this.isHeld = false;
    const { next } = this;
    this.next = null;
    next?.(this.failure);
  }

  private fail(error: Error): void {
    this.failure = error;
    this.release();
  }

  private conclude(): void {
    const { state } = this.connection;
    if (state.tag === "closing" && state.received !== null) {
      this.emit("conclude", state.received.code, state.received.reason);
    }
  }
}

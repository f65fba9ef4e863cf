import { addAbortSignal, Duplex, type DuplexOptions } from "node:stream";
import type { RawData } from "./event-target.js";
import type { WebSocket } from "./websocket.js";

/**
 * Wraps a WebSocket as a Duplex: each message is a chunk that is read, each chunk that is written a message. A reader that is slow pauses the
 * WebSocket. The end of one side is the closing handshake, `destroy` terminates.
 *
 * @param options of the Duplex; with `readableObjectMode` text messages are read as strings, else as bytes. What is written is bytes, unless
 * `decodeStrings` is false
 */
export function createWebSocketStream(websocket: WebSocket, options?: DuplexOptions): Duplex {
  return new WebSocketStream(websocket, options ?? {});
}

class WebSocketStream extends Duplex {
  readonly #websocket: WebSocket;
  /** What the WebSocket reported; it closes by itself then. */
  #failure: Error | null = null;

  constructor(websocket: WebSocket, options: DuplexOptions) {
    const { signal, ...rest } = options;
    super({ ...rest, autoDestroy: true, emitClose: true, objectMode: false, writableObjectMode: false });
    this.#websocket = websocket;
    websocket.on("message", this.#onMessage);
    websocket.once("error", this.#onFailure);
    websocket.once("close", this.#onClosed);
    if (signal) addAbortSignal(signal, this); // not earlier: it may destroy at once
  }

  override _read(): void {
    if (this.#websocket.isPaused) this.#websocket.resume();
  }

  override _write(chunk: Buffer | string, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#whenConnected(() => this.#websocket.send(chunk, done));
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#whenConnected(() => {
      // First of its listeners: "finish" comes before "end", as with `ws`.
      if (this.#isClosed) done();
      else this.#websocket.prependOnceListener("close", () => done());
      // Nobody reads any more, but the peer's Close frame must be found.
      this.#websocket.resume();
      this.#websocket.close();
    });
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#whenClosed(() => {
      this.#websocket.off("message", this.#onMessage);
      // `for await` destroys what it has read to its end, with an AbortError for the side that was not written to its end.
      const isOver = this.readableEnded && error?.name === "AbortError";
      done(isOver ? this.#failure : (error ?? this.#failure));
    });
    if (this.#failure === null) this.#websocket.terminate();
  }

  readonly #onMessage = (data: RawData, isBinary: boolean): void => {
    const bytes = toBuffer(data);
    if (!this.push(!isBinary && this.readableObjectMode ? bytes.toString() : bytes)) this.#websocket.pause();
  };

  readonly #onFailure = (error: Error): void => {
    this.#failure = error;
    this.destroy(error);
  };

  readonly #onClosed = (): void => {
    if (!this.destroyed) this.push(null);
  };

  #whenConnected(run: () => void): void {
    if (this.#websocket.readyState === this.#websocket.CONNECTING) this.#websocket.once("open", run);
    else run();
  }

  #whenClosed(run: () => void): void {
    if (this.#isClosed) run();
    else this.#websocket.once("close", run);
  }

  get #isClosed(): boolean {
    return this.#websocket.readyState === this.#websocket.CLOSED;
  }
}

/** A message as one Buffer, whatever the WebSocket's `binaryType`. */
function toBuffer(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}

import { Writable } from "node:stream";
import { Connection } from "../core/connection.js";
import { DEFAULT_MAX_PAYLOAD_BYTES } from "./options.js";

/** Options of a `Receiver`. */
export interface ReceiverOptions {
  /** Expect masked frames. Default false. */
  readonly isServer?: boolean | undefined;
  /** Longest message in bytes; 0 means no limit. Default 104,857,600 (100 MiB). */
  readonly maxPayload?: number | undefined;
  /** Default false. */
  readonly skipUTF8Validation?: boolean | undefined;
}

/**
 * `ws`'s receiver: frames are written to it, events come out: `message` (data, isBinary), `ping`, `pong`, `conclude`
 * (code, reason) after a Close frame, `error`. Without compression.
 */
export class Receiver extends Writable {
  private readonly connection: Connection;
  private failure: Error | null = null;

  constructor(options: ReceiverOptions = {}) {
    super();
    this.connection = new Connection(
      options.isServer === true ? "server" : "client",
      {
        onText: () => {},
        onTextBytes: (data) => void this.emit("message", data, false),
        onBinary: (data) => void this.emit("message", data, true),
      },
      {
        onPing: (data) => void this.emit("ping", data),
        onPong: (data) => void this.emit("pong", data),
        onError: (error) => (this.failure = error),
        perform: (action) => action === "send-close" && this.conclude(),
        pauseReading: () => {},
        resumeReading: () => {},
      },
    );
    this.connection.open({
      maxPayloadBytes: options.maxPayload ?? DEFAULT_MAX_PAYLOAD_BYTES,
      skipsUtf8Check: options.skipUTF8Validation === true,
      inflater: null,
    });
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.connection.receive(chunk);
    done(this.failure);
  }

  private conclude(): void {
    const { state } = this.connection;
    if (state.tag === "closing" && state.received !== null) {
      this.emit("conclude", state.received.code, state.received.reason);
    }
  }
}

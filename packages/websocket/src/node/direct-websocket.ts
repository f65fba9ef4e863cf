import type { PreparedMessage } from "../core/prepared-message.js";
import type { ClientOptions } from "./client-options.js";
import { EventSink } from "./event-sink.js";
import { type BinaryType, WebSocketEventTarget } from "./event-target.js";
import { PacedEventSink } from "./paced-event-sink.js";
import type { WebSocketSink } from "./sink.js";
import { SocketShell } from "./socket-shell.js";

/** What goes past the events and the methods of `ws`: messages in by plain calls, messages out without a callback. */
export abstract class DirectWebSocket extends WebSocketEventTarget {
  protected readonly eventSink: EventSink;
  protected socketShell: SocketShell;

  abstract get binaryType(): BinaryType;
  abstract close(code?: number, reason?: string | Uint8Array): void;

  constructor(isServer: boolean, options: ClientOptions) {
    super();
    this.eventSink =
      options.allowSynchronousEvents === false
        ? new PacedEventSink(this, () => this.socketShell.connection)
        : new EventSink(this);
    this.socketShell = this.makeShell(isServer, options);
  }

  /** Direct delivery from now on; null: back to events. Listeners that were added by users are still called. */
  setSink(sink: WebSocketSink | null): void {
    this.eventSink.sink = sink;
    this.socketShell.connection.textAs(sink === null ? "bytes" : "string");
  }

  /** Sends a text message. Dropped when the connection is not open. */
  sendText(text: string, compress: boolean): void {
    this.socketShell.openSender()?.sendText(text, compress, null);
  }

  /** Sends a binary message. Dropped when the connection is not open. @param data may be changed after the call */
  sendBinary(data: Uint8Array, compress: boolean): void {
    this.socketShell.openSender()?.sendBinary(data, compress, null);
  }

  /** Sends a message that is shared by many. Dropped when the connection is not open. */
  sendPrepared(message: PreparedMessage, compress: boolean): void {
    this.socketShell.openSender()?.sendPrepared(message, compress, null);
  }

  /** Sends a complete unmasked frame that was made elsewhere, in one or several pieces; for servers. */
  sendFrame(frame: Buffer | readonly Buffer[]): void {
    const sender = this.socketShell.openSender();
    const pieces = Buffer.isBuffer(frame) ? [frame] : frame;
    for (const piece of pieces) sender?.sendFrame(piece, null);
  }

  /** Hands to the socket what this turn of the event loop has collected, instead of at its end. */
  flush(): void {
    this.socketShell.flush();
  }

  protected makeShell(isServer: boolean, { maxBufferedAmount = 0 }: ClientOptions): SocketShell {
    return new SocketShell(isServer ? "server" : "client", this.eventSink, maxBufferedAmount);
  }
}

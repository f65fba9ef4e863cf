import type { EventEmitter } from "node:events";
import { NO_STATUS, type CloseStatus } from "../core/close-payload.js";
import { binaryAs } from "./binary-form.js";
import type { BinaryType, WebSocketEvents } from "./event-target.js";
import type { WebSocketSink } from "./sink.js";
import type { ShellOwner } from "./socket-shell.js";
import { messageOutlet, type MessageOutlet } from "./traced-messages.js";

/** The socket whose events are emitted. */
export interface EventSource extends EventEmitter<WebSocketEvents> {
  readonly binaryType: BinaryType;
  close(code?: number, reason?: Uint8Array): void;
}

/** Hands what a connection delivers to the sink, if there is one, and to the listeners, if there are any. */
export class EventSink implements ShellOwner {
  private readonly source: EventSource;
  private readonly messages: MessageOutlet;
  sink: WebSocketSink | null = null;

  constructor(source: EventSource) {
    this.source = source;
    this.messages = messageOutlet(source);
  }

  /** See `MessageSink`. Only with a sink: listeners get text as bytes. */
  onText(text: string): void {
    this.sink?.onText(text);
    if (this.source.listenerCount("message") > 0) this.messages.emit("message", Buffer.from(text), false);
  }

  /** See `MessageSink`. */
  onTextBytes(data: Buffer): void {
    this.messages.emit("message", data, false);
  }

  /** See `MessageSink`. */
  onBinary(data: Buffer): void {
    const { sink, source } = this;
    if (sink !== null) {
      sink.onBinary(data);
      if (source.listenerCount("message") === 0) return;
    }
    this.messages.emit("message", binaryAs(source.binaryType, data), true);
  }

  /** See `ShellOwner`. */
  onPing(data: Buffer): void {
    this.source.emit("ping", data);
  }

  /** See `ShellOwner`. */
  onPong(data: Buffer): void {
    this.source.emit("pong", data);
  }

  /** See `ShellOwner`. What a peer does wrong must not end the process: without a listener the event is not emitted. */
  onError(error: Error): void {
    this.sink?.onError(error);
    if (this.source.listenerCount("error") > 0) this.source.emit("error", error);
  }

  /** A client could not connect: without a listener, the error is uncaught, as with any `EventEmitter`. */
  onHandshakeError(error: Error): void {
    this.sink?.onError(error);
    if (this.sink === null || this.source.listenerCount("error") > 0) this.source.emit("error", error);
  }

  /** See `ShellOwner`. */
  onDrain(): void {
    this.sink?.onDrain();
    this.source.emit("drain");
  }

  /** See `ShellOwner`. As with `ws`, by the method: users replace it, and tracers. */
  onCloseReceived({ code, reason }: CloseStatus): void {
    if (code === NO_STATUS.code) this.source.close();
    else this.source.close(code, reason);
  }

  /** See `ShellOwner`. */
  onClosed(code: number, reason: Buffer): void {
    this.sink?.onClose(code, reason.toString());
    this.source.emit("close", code, reason);
  }
}

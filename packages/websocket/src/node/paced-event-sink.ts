import type { Connection } from "../core/connection.js";
import { setImmediate } from "./event-loop.js";
import { EventSink, type EventSource } from "./event-sink.js";

/**
 * Hands out one `message`, `ping` or `pong` in a turn of the event loop, where `allowSynchronousEvents` is false: who adds a listener
 * after `await` misses nothing that came in the same chunk.
 */
export class PacedEventSink extends EventSink {
  private readonly connection: () => Connection;

  constructor(source: EventSource, connection: () => Connection) {
    super(source);
    this.connection = connection;
  }

  override onTextBytes(data: Buffer): void {
    this.alone(() => super.onTextBytes(data));
  }

  override onBinary(data: Buffer): void {
    this.alone(() => super.onBinary(data));
  }

  override onPing(data: Buffer): void {
    this.alone(() => super.onPing(data));
  }

  override onPong(data: Buffer): void {
    this.alone(() => super.onPong(data));
  }

  private alone(handOut: () => void): void {
    const connection = this.connection();
    connection.wait();
    try {
      handOut();
    } finally {
      setImmediate(() => connection.endWait()); // behind what a listener has just scheduled for that turn
    }
  }
}

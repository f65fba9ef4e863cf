import { onRejection } from "@halyard/engine";
import { emitEvent } from "./emit-event.js";
import { ACK } from "./constants.js";
import { type Middleware, runChain } from "./core/middleware.js";
import type { Packet } from "./core/packet.js";
import { channels } from "./diagnostics.js";
import type { DisconnectReason } from "./disconnect.js";
import { nextRun } from "./handler-run.js";
import { NO_FLAGS, SocketEmitter } from "./socket-emit.js";
import type { EventsMap, Untyped } from "./typed-events.js";

/** An event as middlewares see it: its name, then its arguments. */
export type Event = [string, ...Untyped[]];

/** Events a socket itself emits. */
export interface SocketReservedEventsMap {
  disconnect: (reason: DisconnectReason, description?: Untyped) => void;
  disconnecting: (reason: DisconnectReason, description?: Untyped) => void;
  error: (err: Error) => void;
}

/** What a socket receives: catch-all listeners, middlewares, listeners, and the acknowledgement of an event. */
export abstract class SocketDispatcher<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> extends SocketEmitter<ListenEvents, EmitEvents, ServerSideEvents, SocketData, SocketReservedEventsMap> {
  private eventMiddlewares: Middleware<Event>[] | null = null;

  /** False in middlewares of the namespace and from the `disconnect` event on. */
  abstract get connected(): boolean;

  /** Adds a middleware for incoming events: `next(err)` ends the event and emits `error` on this socket. */
  use(fn: (event: Event, next: (err?: Error) => void) => void): this {
    this.fns.push(fn);
    return this;
  }

  /** An undecodable packet came in, or a middleware refused an event. */
  onParserError(error: Error): void {
    if (this.listenerCount("error") > 0) this.emitReserved("error", error);
  }

  protected override onListenerRejected(error: unknown, event: string): void {
    this.socketHost.onHandlerError(error, { namespace: this.socketHost.name, socketId: this.id, event });
  }

  private dispatchEvent(event: Event): void {
    if (!this.connected) return;
    // An `error` sent by the client must not be taken for one nobody listens to.
    if (event[0] === "error" && this.listenerCount("error") === 0) return;
    if (channels.receive.hasSubscribers) channels.receive.publish({ socket: this, event });
    emitEvent(this, event);
    nextRun();
  }

  private sendAck(id: number, args: unknown[]): void {
    if (!this.connected) return;
    if (channels.ack.hasSubscribers) channels.ack.publish({ socket: this, id, args, direction: "out" });
    this.client.sendEvent(ACK, this.socketHost.name, id, args, NO_FLAGS);
  }

  // Compatibility: names reached from outside

  get fns(): Middleware<Event>[] {
    return this.eventMiddlewares ?? (this.original.eventMiddlewares ??= []);
  }

  /** Dispatches an incoming event. Add-ons replace it, so every event goes through it. */
  onevent(packet: Packet): void {
    const event = (packet.data ?? []) as Event;
    if (packet.id !== undefined && packet.id !== null) event.push(this.ack(packet.id));
    this.notifyIncoming(event);
    this.dispatch(event);
  }

  /** Makes the function that acknowledges an event; only its first call counts. */
  ack(id: number): (...args: unknown[]) => void {
    let sent = false;
    return (...args) => {
      if (sent) return;
      this.sendAck(id, args);
      sent = true; // not before: who caught that the answer cannot be encoded may give another one
    };
  }

  /** Runs the middlewares of an incoming event, then its listeners. */
  dispatch(event: Event): void {
    if (this.eventMiddlewares === null || this.eventMiddlewares.length === 0) {
      this.dispatchEvent(event);
      return;
    }
    const done = (error: Error | null): void => {
      if (error === null) process.nextTick(() => this.dispatchEvent(event));
      else process.nextTick(() => this.onParserError(error));
    };
    runChain([...this.eventMiddlewares], event, done, (error) => this.onListenerRejected(error, "use"), onRejection);
  }
}

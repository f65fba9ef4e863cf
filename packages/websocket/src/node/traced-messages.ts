import { EventEmitter } from "node:events";
import type { RawData } from "./event-target.js";
import { Receiver } from "./receiver-compat.js";

/** What messages are emitted through. */
export interface MessageOutlet {
  emit(event: "message", data: RawData, isBinary: boolean): boolean;
}

/** Under this name a tracer looks for the connection of a receiver. */
export const kWebSocket: unique symbol = Symbol("websocket");

// Not bound: a method of any emitter, as tracers take it.
// oxlint-disable-next-line typescript/unbound-method
const subscribe = Receiver.prototype.on;

/**
 * Where a connection's messages go: to its own listeners. Quirk: dd-trace wraps the listeners of `ws`'s receivers, to
 * make a span of each message; when it has done so, messages take the way over such a listener.
 */
export function messageOutlet(source: MessageOutlet): MessageOutlet {
  // oxlint-disable-next-line typescript/unbound-method
  const subscribeNow: (this: EventEmitter, event: string, listener: Listener) => unknown = Receiver.prototype.on;
  if (subscribeNow === subscribe) return source;
  const receiver = Object.assign(new EventEmitter(), { [kWebSocket]: source });
  subscribeNow.call(receiver, "message", (data, isBinary) => void source.emit("message", data, isBinary));
  return receiver;
}

type Listener = (data: RawData, isBinary: boolean) => void;

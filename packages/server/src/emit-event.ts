import { EventEmitter } from "node:events";

/** Calls the listeners of `event[0]` with the rest of it, past an `emit` that sends. No spread: the list is a peer's. */
export function emitEvent(emitter: EventEmitter, event: unknown[]): void {
  // oxlint-disable-next-line typescript/unbound-method -- bound by the call
  Reflect.apply(EventEmitter.prototype.emit, emitter, event);
}

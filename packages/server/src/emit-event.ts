import { EventEmitter } from "node:events";

/** Bun gives an emitter that captures rejections an `emit` of its own, which would hide the one of a subclass. */
const bunEmit: unknown = Object.getOwnPropertyDescriptor(new EventEmitter({ captureRejections: true }), "emit")?.value;
// oxlint-disable-next-line typescript/unbound-method -- bound by the call
const localEmit = typeof bunEmit === "function" ? bunEmit : EventEmitter.prototype.emit;

/** Lets `emitter.emit` be that of its class, on every runtime. */
export function unhideEmit(emitter: EventEmitter): void {
  if (bunEmit !== undefined) Reflect.deleteProperty(emitter, "emit");
}

/** Calls the listeners of `event[0]` with the rest of it, past an `emit` that sends. No spread: the list is a peer's. */
export function emitEvent(emitter: EventEmitter, event: unknown[]): boolean {
  return Reflect.apply(localEmit, emitter, event) as boolean;
}

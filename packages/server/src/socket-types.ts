// Compatibility: programs import these types by the path of upstream's file (`dist/socket-types`)
import type { Untyped } from "./typed-events.js";

export type { DisconnectReason } from "./disconnect.js";
export type { Handshake } from "./handshake.js";
export type { Event, SocketReservedEventsMap } from "./socket-dispatch.js";

/** Events every emitter of Node emits about its listeners. */
export interface EventEmitterReservedEventsMap {
  newListener: (eventName: string | symbol, listener: (...args: Untyped[]) => void) => void;
  removeListener: (eventName: string | symbol, listener: (...args: Untyped[]) => void) => void;
}

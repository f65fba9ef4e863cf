// Compatibility: programs import these types by the path of upstream's file (`dist/socket-types`)
export type { DisconnectReason } from "./disconnect.js";
export type { Handshake } from "./handshake.js";
export type { Event, SocketReservedEventsMap } from "./socket-dispatch.js";

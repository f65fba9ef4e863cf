/** Packet types, Socket.IO protocol v5 "Packet types". The binary ones are decoded as EVENT and ACK. */
export const CONNECT = 0;
export const DISCONNECT = 1;
export const EVENT = 2;
export const ACK = 3;
export const CONNECT_ERROR = 4;
export const BINARY_EVENT = 5;
export const BINARY_ACK = 6;

/** Names that neither side may emit: they would be taken for events of the socket itself. */
export const RESERVED_EVENTS: ReadonlySet<unknown> = new Set([
  "connect",
  "connect_error",
  "disconnect",
  "disconnecting",
  "newListener",
  "removeListener",
]);

/** Names that `serverSideEmit` refuses: they are events of the namespace itself. */
export const RESERVED_SERVER_SIDE_EVENTS: ReadonlySet<unknown> = new Set(["connect", "connection", "new_namespace"]);

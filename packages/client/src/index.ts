export { protocol } from "./core/packet.js";
export type { CloseDetails } from "./core/close-details.js";
export { Fetch, NodeWebSocket, NodeXHR, WebSocket, WebTransport, XHR } from "./engine/index.js";
export { io as connect, io as default, io } from "./io.js";
export { Manager } from "./manager.js";
export type { ManagerOptions, ManagerReservedEvents } from "./manager-settings.js";
export { Socket } from "./socket.js";
export type {
  DisconnectDescription,
  DisconnectReason,
  ExtendedError,
  SocketOptions,
  SocketReservedEvents,
} from "./socket-types.js";

export { default } from "./index.js";
export { Sender } from "./node/sender-compat.js";
export type { ServerOptions } from "./node/server-options.js";
export type { WebSocketSink } from "./node/sink.js";
export { WebSocketServer, WebSocketServer as Server } from "./node/websocket-server.js";
export { WebSocket } from "./node/websocket.js";
export type { SendOptions } from "./node/websocket.js";
export type { RawData } from "./node/event-target.js";

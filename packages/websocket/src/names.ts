import { createWebSocketStream as createStream } from "./node/stream.js";
import type * as types from "./ws-types.js";

// What the ES module has beside its default.
export { extension, subprotocol } from "./node/header-compat.js";
export { PerMessageDeflate } from "./node/permessage-deflate-compat.js";
export { Receiver } from "./node/receiver-compat.js";
export { Sender } from "./node/sender-compat.js";
export { WebSocket, WebSocketServer, WebSocketServer as Server } from "./ws-types.js";

export const createWebSocketStream: types.CreateWebSocketStream =
  createStream as unknown as types.CreateWebSocketStream;

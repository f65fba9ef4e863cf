export { default } from "./index.js";
export { WebSocketServer, WebSocketServer as Server } from "./node/websocket-server.js";
export { WebSocket } from "./node/websocket.js";

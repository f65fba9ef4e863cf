import { WebSocketServer as WebSocketServerClass } from "./node/websocket-server.js";
import { WebSocket as WebSocketClass } from "./node/websocket.js";

/** `require("@halyard/websocket")`: the class itself, carrying the other exports as statics, as `ws` does. */
const WebSocket: typeof WebSocketClass & {
  readonly WebSocket: typeof WebSocketClass;
  readonly Server: typeof WebSocketServerClass;
  readonly WebSocketServer: typeof WebSocketServerClass;
} = Object.assign(WebSocketClass, {
  WebSocket: WebSocketClass,
  Server: WebSocketServerClass,
  WebSocketServer: WebSocketServerClass,
});
interface WebSocket extends WebSocketClass {}
declare namespace WebSocket {
  export type WebSocket = WebSocketClass;
  export type Server = WebSocketServerClass;
  export type WebSocketServer = WebSocketServerClass;
}

export = WebSocket;

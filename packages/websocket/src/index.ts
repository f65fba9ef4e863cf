import { Sender as SenderClass } from "./node/sender-compat.js";
import { WebSocketServer as WebSocketServerClass } from "./node/websocket-server.js";
import { WebSocket as WebSocketClass } from "./node/websocket.js";

/** `require("@halyard/websocket")`: the class itself, carrying the other exports as statics, as `ws` does. */
const WebSocket: typeof WebSocketClass & {
  readonly WebSocket: typeof WebSocketClass;
  readonly Server: typeof WebSocketServerClass;
  readonly WebSocketServer: typeof WebSocketServerClass;
  readonly Sender: typeof SenderClass;
} = Object.assign(WebSocketClass, {
  WebSocket: WebSocketClass,
  Server: WebSocketServerClass,
  WebSocketServer: WebSocketServerClass,
  Sender: SenderClass,
});
interface WebSocket extends WebSocketClass {}
declare namespace WebSocket {
  export type WebSocket = WebSocketClass;
  export type Server = WebSocketServerClass;
  export type WebSocketServer = WebSocketServerClass;
  export type WebSocketSink = import("./node/sink.js").WebSocketSink;
  export type ServerOptions = import("./node/server-options.js").ServerOptions;
  export type SendOptions = import("./node/websocket.js").SendOptions;
  export type RawData = import("./node/event-target.js").RawData;
}

export = WebSocket;

import { Sender as SenderClass } from "./node/sender-compat.js";
import { createWebSocketStream } from "./node/stream.js";
import { WebSocketServer as WebSocketServerClass } from "./node/websocket-server.js";
import { WebSocket as WebSocketClass } from "./node/websocket.js";

/** `require("@halyard/websocket")`: the class itself, carrying the other exports as statics, as `ws` does. */
const WebSocket: typeof WebSocketClass & {
  readonly WebSocket: typeof WebSocketClass;
  readonly Server: typeof WebSocketServerClass;
  readonly WebSocketServer: typeof WebSocketServerClass;
  readonly Sender: typeof SenderClass;
  readonly createWebSocketStream: typeof createWebSocketStream;
} = Object.assign(WebSocketClass, {
  WebSocket: WebSocketClass,
  Server: WebSocketServerClass,
  WebSocketServer: WebSocketServerClass,
  Sender: SenderClass,
  createWebSocketStream,
});
interface WebSocket extends WebSocketClass {}
declare namespace WebSocket {
  export type WebSocket = WebSocketClass;
  export type Server = WebSocketServerClass;
  export type WebSocketServer = WebSocketServerClass;
  export type WebSocketSink = import("./node/sink.js").WebSocketSink;
  export type ServerOptions = import("./node/server-options.js").ServerOptions;
  export type ClientOptions = import("./node/websocket.js").ClientOptions;
  export type PerMessageDeflateOptions = import("./core/permessage-deflate.js").PerMessageDeflateOptions;
  export type SendOptions = import("./node/websocket.js").SendOptions;
  export type RawData = import("./node/event-target.js").RawData;
}

export = WebSocket;

import type { PerMessageDeflateOptions as PerMessageDeflateOptionsType } from "./core/permessage-deflate.js";
import type { RawData as RawDataType } from "./node/event-target.js";
import { extension, subprotocol } from "./node/header-compat.js";
import { PerMessageDeflate } from "./node/permessage-deflate-compat.js";
import { Receiver } from "./node/receiver-compat.js";
import { Sender as SenderClass } from "./node/sender-compat.js";
import type { ServerOptions as ServerOptionsType } from "./node/server-options.js";
import type { WebSocketSink as WebSocketSinkType } from "./node/sink.js";
import { createWebSocketStream } from "./node/stream.js";
import { WebSocketServer as WebSocketServerClass } from "./node/websocket-server.js";
import {
  WebSocket as WebSocketClass,
  type ClientOptions as ClientOptionsType,
  type SendOptions as SendOptionsType,
} from "./node/websocket.js";

/** `require("@halyard/websocket")`: the class itself, carrying the other exports as statics, as `ws` does. */
const WebSocket: typeof WebSocketClass & {
  readonly WebSocket: typeof WebSocketClass;
  readonly Server: typeof WebSocketServerClass;
  readonly WebSocketServer: typeof WebSocketServerClass;
  readonly Sender: typeof SenderClass;
  readonly Receiver: typeof Receiver;
  readonly PerMessageDeflate: typeof PerMessageDeflate;
  readonly extension: typeof extension;
  readonly subprotocol: typeof subprotocol;
  readonly createWebSocketStream: typeof createWebSocketStream;
} = Object.assign(WebSocketClass, {
  WebSocket: WebSocketClass,
  Server: WebSocketServerClass,
  WebSocketServer: WebSocketServerClass,
  Sender: SenderClass,
  Receiver,
  PerMessageDeflate,
  extension,
  subprotocol,
  createWebSocketStream,
});
interface WebSocket extends WebSocketClass {}
declare namespace WebSocket {
  export type WebSocket = WebSocketClass;
  export type Server = WebSocketServerClass;
  export type WebSocketServer = WebSocketServerClass;
  export type WebSocketSink = WebSocketSinkType;
  export type ServerOptions = ServerOptionsType;
  export type ClientOptions = ClientOptionsType;
  export type PerMessageDeflateOptions = PerMessageDeflateOptionsType;
  export type SendOptions = SendOptionsType;
  export type RawData = RawDataType;
}

export = WebSocket;

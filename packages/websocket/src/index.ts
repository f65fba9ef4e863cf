import { extension, subprotocol } from "./node/header-compat.js";
import { PerMessageDeflate } from "./node/permessage-deflate-compat.js";
import { Receiver } from "./node/receiver-compat.js";
import { Sender as SenderClass } from "./node/sender-compat.js";
import type { WebSocketSink as WebSocketSinkType } from "./node/sink.js";
import { createWebSocketStream } from "./node/stream.js";
import { WebSocketServer as WebSocketServerClass } from "./node/websocket-server.js";
import { WebSocket as WebSocketClass, type SendOptions as SendOptionsType } from "./node/websocket.js";
import type { RawData as RawDataType } from "./node/event-target.js";
import type { IncomingMessage } from "node:http";
import type * as types from "./ws-types.js";

/** What the class carries as statics. */
interface Exports {
  readonly WebSocket: types.WebSocketConstructor;
  readonly Server: types.WebSocketServerConstructor;
  readonly WebSocketServer: types.WebSocketServerConstructor;
  readonly Sender: typeof SenderClass;
  readonly Receiver: typeof Receiver;
  readonly PerMessageDeflate: typeof PerMessageDeflate;
  readonly extension: typeof extension;
  readonly subprotocol: typeof subprotocol;
  readonly createWebSocketStream: types.CreateWebSocketStream;
}

/** `require("@halyard/websocket")`: the class itself, carrying the other exports as statics, as `ws` does. */
const WebSocket: types.WebSocketConstructor & Exports = Object.assign(WebSocketClass, {
  WebSocket: WebSocketClass,
  Server: WebSocketServerClass,
  WebSocketServer: WebSocketServerClass,
  Sender: SenderClass,
  Receiver,
  PerMessageDeflate,
  extension,
  subprotocol,
  createWebSocketStream,
}) as unknown as types.WebSocketConstructor & Exports;
interface WebSocket extends types.WebSocket {}
declare namespace WebSocket {
  export type WebSocket = types.WebSocket;
  export type Server<
    C extends types.ConnectionClass = types.WebSocketConstructor,
    R extends typeof IncomingMessage = typeof IncomingMessage,
  > = types.WebSocketServer<C, R>;
  export type WebSocketServer<
    C extends types.ConnectionClass = types.WebSocketConstructor,
    R extends typeof IncomingMessage = typeof IncomingMessage,
  > = types.WebSocketServer<C, R>;
  export type ServerOptions<
    C extends types.ConnectionClass = types.WebSocketConstructor,
    R extends typeof IncomingMessage = typeof IncomingMessage,
  > = types.ServerOptions<C, R>;
  export type VerifyClientCallbackSync<R extends IncomingMessage = IncomingMessage> = types.VerifyClientCallbackSync<R>;
  export type VerifyClientCallbackAsync<R extends IncomingMessage = IncomingMessage> =
    types.VerifyClientCallbackAsync<R>;
  export type WebSocketSink = WebSocketSinkType;
  export type ClientOptions = types.ClientOptions;
  export type PerMessageDeflateOptions = types.PerMessageDeflateOptions;
  export type SendOptions = SendOptionsType;
  export type RawData = RawDataType;
  export type Data = types.Data;
  export type CertMeta = types.CertMeta;
  export type AddressInfo = types.AddressInfo;
  export type Event = types.Event;
  export type ErrorEvent = types.ErrorEvent;
  export type CloseEvent = types.CloseEvent;
  export type MessageEvent = types.MessageEvent;
  export type WebSocketEventMap = types.WebSocketEventMap;
  export type EventListenerOptions = types.EventListenerOptions;
  export type FinishRequestCallback = types.FinishRequestCallback;
}

export = WebSocket;

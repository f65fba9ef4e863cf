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

/** `require("@halyard/websocket")`: the class itself, carrying the other exports as statics, as `ws` does. */
const WebSocket: types.WebSocketConstructor = Object.assign(WebSocketClass, {
  WebSocket: WebSocketClass,
  Server: WebSocketServerClass,
  WebSocketServer: WebSocketServerClass,
  Sender: SenderClass,
  Receiver,
  PerMessageDeflate,
  extension,
  subprotocol,
  createWebSocketStream,
}) as unknown as types.WebSocketConstructor;
interface WebSocket extends types.WebSocket {}
// Interfaces, not names of them: programs add members by `declare module "ws"`.
declare namespace WebSocket {
  export interface WebSocket extends types.WebSocket {}
  export interface Server<
    C extends types.ConnectionClass = types.WebSocketConstructor,
    R extends typeof IncomingMessage = typeof IncomingMessage,
  > extends types.WebSocketServer<C, R> {}
  export interface WebSocketServer<
    C extends types.ConnectionClass = types.WebSocketConstructor,
    R extends typeof IncomingMessage = typeof IncomingMessage,
  > extends types.WebSocketServer<C, R> {}
  export interface ServerOptions<
    C extends types.ConnectionClass = types.WebSocketConstructor,
    R extends typeof IncomingMessage = typeof IncomingMessage,
  > extends types.ServerOptions<C, R> {}
  export type VerifyClientCallbackSync<R extends IncomingMessage = IncomingMessage> = types.VerifyClientCallbackSync<R>;
  export type VerifyClientCallbackAsync<R extends IncomingMessage = IncomingMessage> =
    types.VerifyClientCallbackAsync<R>;
  export type WebSocketSink = WebSocketSinkType;
  export interface ClientOptions extends types.ClientOptions {}
  export interface PerMessageDeflateOptions extends types.PerMessageDeflateOptions {}
  export type SendOptions = SendOptionsType;
  export type RawData = RawDataType;
  export type Data = types.Data;
  export type CertMeta = types.CertMeta;
  export interface AddressInfo extends types.AddressInfo {}
  export interface Event extends types.Event {}
  export interface ErrorEvent extends types.ErrorEvent {}
  export interface CloseEvent extends types.CloseEvent {}
  export interface MessageEvent extends types.MessageEvent {}
  export interface WebSocketEventMap extends types.WebSocketEventMap {}
  export interface EventListenerOptions extends types.EventListenerOptions {}
  export type FinishRequestCallback = types.FinishRequestCallback;
}

export = WebSocket;

import type { IncomingMessage } from "node:http";
import { createWebSocketStream as createStream } from "./node/stream.js";
import { WebSocketServer as ServerClass } from "./node/websocket-server.js";
import { WebSocket as WebSocketClass } from "./node/websocket.js";
import type * as types from "./ws-types.js";

export { default } from "./index.js";
export { extension, subprotocol } from "./node/header-compat.js";
export { PerMessageDeflate } from "./node/permessage-deflate-compat.js";
export { Receiver } from "./node/receiver-compat.js";
export { Sender } from "./node/sender-compat.js";
export type { WebSocketSink } from "./node/sink.js";
export type { SendOptions } from "./node/websocket.js";
export type { RawData } from "./node/event-target.js";
export type {
  AddressInfo,
  CertMeta,
  ClientOptions,
  CloseEvent,
  Data,
  ErrorEvent,
  Event,
  EventListenerOptions,
  FinishRequestCallback,
  MessageEvent,
  PerMessageDeflateOptions,
  ServerOptions,
  VerifyClientCallbackAsync,
  VerifyClientCallbackSync,
} from "./ws-types.js";

export const WebSocket: types.WebSocketConstructor = WebSocketClass as unknown as types.WebSocketConstructor;
export interface WebSocket extends types.WebSocket {}
export const WebSocketServer: types.WebSocketServerConstructor =
  ServerClass as unknown as types.WebSocketServerConstructor;
export interface WebSocketServer<
  C extends types.ConnectionClass = types.WebSocketConstructor,
  R extends typeof IncomingMessage = typeof IncomingMessage,
> extends types.WebSocketServer<C, R> {}
export const Server: types.WebSocketServerConstructor = WebSocketServer;
export interface Server<
  C extends types.ConnectionClass = types.WebSocketConstructor,
  R extends typeof IncomingMessage = typeof IncomingMessage,
> extends types.WebSocketServer<C, R> {}
export const createWebSocketStream: types.CreateWebSocketStream =
  createStream as unknown as types.CreateWebSocketStream;

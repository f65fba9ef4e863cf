import { createWebSocketStream as createStream } from "./node/stream.js";
import type * as types from "./ws-types.js";

export { default } from "./index.js";
export { extension, subprotocol } from "./node/header-compat.js";
export { PerMessageDeflate } from "./node/permessage-deflate-compat.js";
export { Receiver } from "./node/receiver-compat.js";
export { Sender } from "./node/sender-compat.js";
export type { WebSocketSink } from "./node/sink.js";
export type { SendOptions } from "./node/websocket.js";
export type { RawData } from "./node/event-target.js";
export { WebSocket, WebSocketServer, WebSocketServer as Server } from "./ws-types.js";
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

export const createWebSocketStream: types.CreateWebSocketStream =
  createStream as unknown as types.CreateWebSocketStream;

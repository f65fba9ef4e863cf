export { default } from "./index.js";
export {
  createWebSocketStream,
  extension,
  PerMessageDeflate,
  Receiver,
  Sender,
  Server,
  subprotocol,
  WebSocket,
  WebSocketServer,
} from "./names.js";
export type { RawData } from "./node/event-target.js";
export type { WebSocketSink } from "./node/sink.js";
export type { SendOptions } from "./node/websocket.js";
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

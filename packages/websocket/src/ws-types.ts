// The types of Node are part of ours, also where the compiler is not told to load them: `"types": []`, the default from TypeScript 6 on.
/// <reference types="node" preserve="true" />

// The public types: those of programs written against `@types/ws`. The classes themselves are typed more strictly.
import type { EventEmitter } from "node:events";
import type {
  Agent,
  ClientRequest,
  ClientRequestArgs,
  IncomingMessage,
  OutgoingHttpHeaders,
  Server as HttpServer,
} from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { AddressInfo as NetAddressInfo, createConnection } from "node:net";
import type { Duplex, DuplexOptions } from "node:stream";
import type { ZlibOptions } from "node:zlib";
import type { PerMessageDeflateOptions as DeflateOptions } from "./core/permessage-deflate.js";
import type { Listening } from "./listening.js";
import type { RawData as RawDataType, WebSocketEvents } from "./node/event-target.js";
import type { extension, subprotocol } from "./node/header-compat.js";
import type { PerMessageDeflate } from "./node/permessage-deflate-compat.js";
import type { Receiver } from "./node/receiver-compat.js";
import type { Sender } from "./node/sender-compat.js";
import type { SendData } from "./node/send-data.js";
import type { ServerOptions as ServerClassOptions } from "./node/server-options.js";
import { WebSocketServer as ServerClass } from "./node/websocket-server.js";
import { WebSocket as WebSocketClass, type ClientOptions as ClassOptions, type SendOptions } from "./node/websocket.js";

/** Data of a `message` event of `onmessage` and `addEventListener`; with `binaryType` "blob" a Blob, which `@types/ws` does not know. */
export type Data = string | RawDataType;
/** Certificates and keys. */
export type CertMeta = string | string[] | Buffer | Buffer[];
/** Where a server listens. */
export type AddressInfo = NetAddressInfo;

export interface Event {
  type: string;
  target: WebSocket;
}
export interface ErrorEvent extends Event {
  // oxlint-disable-next-line typescript/no-explicit-any -- programs read fields that their agent or proxy has put on it
  error: any;
  message: string;
}
export interface CloseEvent extends Event {
  wasClean: boolean;
  code: number;
  reason: string;
}
export interface MessageEvent extends Event {
  data: Data;
}
export interface WebSocketEventMap {
  open: Event;
  error: ErrorEvent;
  close: CloseEvent;
  message: MessageEvent;
}
export interface EventListenerOptions {
  once?: boolean | undefined;
}
/** A function, or an object with `handleEvent`. */
export type WebSocketListener<E> = ((event: E) => void) | { handleEvent(event: E): void };

export interface PerMessageDeflateOptions extends Omit<DeflateOptions, "zlibDeflateOptions" | "zlibInflateOptions"> {
  /** `level`, `memLevel`, `strategy` and `chunkSize` count. */
  zlibDeflateOptions?: ZlibOptions | undefined;
  /** `chunkSize` counts. */
  zlibInflateOptions?: ZlibOptions | undefined;
}

/** Called with each request of a client before it is sent; it must call `request.end()`. */
export type FinishRequestCallback = (request: ClientRequest, websocket: WebSocket) => void;

type ReplacedClientOption =
  | "agent"
  | "checkServerIdentity"
  | "createConnection"
  | "finishRequest"
  | "headers"
  | "perMessageDeflate";

export interface ClientOptions extends Omit<ClassOptions, ReplacedClientOption> {
  /** Ignored. */
  protocol?: string | undefined;
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  finishRequest?: FinishRequestCallback | undefined;
  /** Narrower than what is taken, for programs that read it back; with `ClientRequestArgs` a header may have several values. */
  headers?: { [name: string]: string } | undefined;
  agent?: Agent | undefined;
  createConnection?: ClassOptions["createConnection"] | typeof createConnection | undefined;
  checkServerIdentity?(servername: string, certificate: unknown): Error | boolean | undefined;
}

/** What is written out below: as a member of a mapped type a method is a property, which no class can override with a method. */
type Replaced =
  | keyof EventEmitter
  | "addEventListener"
  | "binaryType"
  | "close"
  | "emitClose"
  | "flush"
  | "onclose"
  | "onerror"
  | "onmessage"
  | "onopen"
  | "pause"
  | "ping"
  | "pong"
  | "removeEventListener"
  | "resume"
  | "send"
  | "sendBinary"
  | "sendFrame"
  | "sendPrepared"
  | "sendText"
  | "setSink"
  | "setSocket"
  | "terminate";

/** A WebSocket connection: see the class. */
export interface WebSocket extends Omit<WebSocketClass, Replaced>, Listening<WebSocketEvents> {
  binaryType: "nodebuffer" | "arraybuffer" | "fragments";
  onopen: ((event: Event) => void) | null;
  onerror: ((event: ErrorEvent) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  onmessage: ((event: MessageEvent) => void) | null;
  close(code?: number, data?: string | Uint8Array): void;
  ping(data?: unknown, mask?: boolean, done?: (error: Error) => void): void;
  pong(data?: unknown, mask?: boolean, done?: (error: Error) => void): void;
  send(data: SendData, done?: (error?: Error) => void): void;
  send(data: SendData, options: SendOptions, done?: (error?: Error) => void): void;
  addEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: WebSocketListener<WebSocketEventMap[K]>,
    options?: EventListenerOptions,
  ): void;
  removeEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: WebSocketListener<WebSocketEventMap[K]>,
  ): void;
  terminate(): void;
  pause(): void;
  resume(): void;
  setSink(...args: Parameters<WebSocketClass["setSink"]>): void;
  sendText(...args: Parameters<WebSocketClass["sendText"]>): void;
  sendBinary(...args: Parameters<WebSocketClass["sendBinary"]>): void;
  sendPrepared(...args: Parameters<WebSocketClass["sendPrepared"]>): void;
  sendFrame(...args: Parameters<WebSocketClass["sendFrame"]>): void;
  flush(): void;
  setSocket(...args: Parameters<WebSocketClass["setSocket"]>): void;
  emitClose(): void;
}

/** What the class carries as statics. */
export interface Exports {
  readonly WebSocket: WebSocketConstructor;
  readonly Server: WebSocketServerConstructor;
  readonly WebSocketServer: WebSocketServerConstructor;
  readonly Sender: typeof Sender;
  readonly Receiver: typeof Receiver;
  readonly PerMessageDeflate: typeof PerMessageDeflate;
  readonly extension: typeof extension;
  readonly subprotocol: typeof subprotocol;
  readonly createWebSocketStream: CreateWebSocketStream;
}

export interface WebSocketConstructor extends Exports {
  new (address: null, protocols?: undefined, options?: ClientOptions): WebSocket;
  new (address: string | URL, options?: ClientOptions | ClientRequestArgs): WebSocket;
  new (
    address: string | URL,
    protocols?: string | readonly string[],
    options?: ClientOptions | ClientRequestArgs,
  ): WebSocket;
  readonly prototype: WebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
}

/** A class of connections. */
export type ConnectionClass = new (...args: never[]) => WebSocket;

export type VerifyClientCallbackSync<R extends IncomingMessage = IncomingMessage> = (info: {
  origin: string;
  secure: boolean;
  req: R;
}) => boolean;
export type VerifyClientCallbackAsync<R extends IncomingMessage = IncomingMessage> = (
  info: { origin: string; secure: boolean; req: R },
  callback: (verified: boolean, code?: number, message?: string, headers?: OutgoingHttpHeaders) => void,
) => void;

type ReplacedOption = "handleProtocols" | "perMessageDeflate" | "server" | "verifyClient" | "WebSocket";

export interface ServerOptions<
  C extends ConnectionClass = WebSocketConstructor,
  R extends typeof IncomingMessage = typeof IncomingMessage,
> extends Omit<ServerClassOptions, ReplacedOption> {
  server?: HttpServer<R> | HttpsServer<R> | undefined;
  verifyClient?: VerifyClientCallbackAsync<InstanceType<R>> | VerifyClientCallbackSync<InstanceType<R>> | undefined;
  handleProtocols?: ((protocols: Set<string>, request: InstanceType<R>) => string | false) | undefined;
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  WebSocket?: C | undefined;
}

/** The events of a server whose connections and requests are of these classes. */
interface ServerEvents<C extends ConnectionClass, R extends typeof IncomingMessage> {
  connection: [websocket: InstanceType<C>, request: InstanceType<R>];
  headers: [headers: string[], request: InstanceType<R>];
  wsClientError: [error: Error, socket: Duplex, request: InstanceType<R>];
  error: [error: Error];
  listening: [];
  close: [];
}

type ReplacedOfServer =
  | keyof EventEmitter
  | "address"
  | "clients"
  | "close"
  | "handleUpgrade"
  | "options"
  | "path"
  | "shouldHandle";

/** A WebSocket server: see the class. */
export interface WebSocketServer<
  C extends ConnectionClass = WebSocketConstructor,
  R extends typeof IncomingMessage = typeof IncomingMessage,
>
  extends Omit<ServerClass, ReplacedOfServer>, Listening<ServerEvents<C, R>> {
  options: ServerOptions<C, R>;
  path: string;
  /** Open connections; there is none when `clientTracking` is false. */
  clients: Set<InstanceType<C>>;
  address(): AddressInfo | string | null;
  close(done?: (error?: Error) => void): void;
  handleUpgrade(
    request: InstanceType<R>,
    socket: Duplex,
    head: Buffer,
    done: (client: InstanceType<C>, request: InstanceType<R>) => void,
  ): void;
  shouldHandle(request: InstanceType<R>): boolean | Promise<boolean>;
}

export interface WebSocketServerConstructor {
  new <C extends ConnectionClass = WebSocketConstructor, R extends typeof IncomingMessage = typeof IncomingMessage>(
    options?: ServerOptions<C, R>,
    listener?: () => void,
  ): WebSocketServer<C, R>;
  /** Last, for `ConstructorParameters` to find. */
  new (options?: ServerOptions, listener?: () => void): WebSocketServer;
  readonly prototype: WebSocketServer<ConnectionClass>;
}

/** See `createWebSocketStream`. */
export type CreateWebSocketStream = (websocket: WebSocket, options?: DuplexOptions) => Duplex;

// Each beside its interface, as what a module exports by these names: `declare module "ws"` then adds members to what listeners get.
export const WebSocket: WebSocketConstructor = WebSocketClass as unknown as WebSocketConstructor;
export const WebSocketServer: WebSocketServerConstructor = ServerClass as unknown as WebSocketServerConstructor;

/** The types once more, as members of the class: `WebSocket.RawData`. */
export declare namespace WebSocket {
  export type RawData = RawDataType;
  export {
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
    WebSocketEventMap,
  };
}

import type { IncomingMessage, OutgoingHttpHeaders, Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { PerMessageDeflateOptions } from "../core/permessage-deflate.js";
import { DEFAULT_CLOSE_TIMEOUT_MS, DEFAULT_MAX_PAYLOAD_BYTES, type ConnectionLimits } from "./options.js";
import type { WebSocket } from "./websocket.js";

/** What `verifyClient` looks at. */
export interface ClientInfo {
  /** The Origin header (RFC 6455 §10.2). */
  readonly origin: string | undefined;
  /** The request came over TLS. */
  readonly secure: boolean;
  readonly req: IncomingMessage;
}

/** Answer of an asynchronous `verifyClient`: a refusal has status `code` (default 401), a body and headers. */
export type VerifyDone = (verified: boolean, code?: number, message?: string, headers?: OutgoingHttpHeaders) => void;

/** Decides by what it returns. */
export type VerifyClientSync = (info: ClientInfo) => boolean;

/** Decides by calling its second parameter, once; a second call is ignored. */
export type VerifyClientAsync = (info: ClientInfo, done: VerifyDone) => void;

/** Decides on a request; the number of its parameters tells which kind it is. */
export type VerifyClient = VerifyClientSync | VerifyClientAsync;

/** Class of the connections a server makes; a subclass of `WebSocket`. */
export type WebSocketClass = new (address: null, protocols?: undefined, options?: ConnectionLimits) => WebSocket;

/** Options of a `WebSocketServer`. Exactly one of `port`, `server` and `noServer` is needed. */
export interface ServerOptions extends ConnectionLimits {
  /** Listen on a server of its own. 0: any free port. */
  port?: number | undefined;
  host?: string | undefined;
  /** Length of the queue of connections that are not accepted yet. */
  backlog?: number | undefined;
  /** Handle the upgrades of this server. */
  server?: HttpServer | HttpsServer | undefined;
  /** Handle only what is given to `handleUpgrade`. */
  noServer?: boolean | undefined;
  /** Accept only this path. Default: all. */
  path?: string | undefined;
  verifyClient?: VerifyClient | undefined;
  /** How long an asynchronous `verifyClient` may take before the client gets 503, in milliseconds. Default 30,000; 0: for ever. */
  admissionTimeout?: number | undefined;
  /** Connections at a time, with those that wait for `verifyClient`; more get 503. Default 0: no limit. */
  maxConnections?: number | undefined;
  /** Requests that wait for an asynchronous `verifyClient` at a time; more get 503. Default 0: no limit. */
  maxPendingAdmissions?: number | undefined;
  /** Chooses one of the subprotocols offered; default: the first one. `false`, or another one: none. */
  handleProtocols?: ((protocols: Set<string>, request: IncomingMessage) => string | false) | undefined;
  /** Keep `clients`. Default true. */
  clientTracking?: boolean | undefined;
  /** Compression (RFC 7692). Default false. */
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Class of the connections. Default `WebSocket`. */
  WebSocket?: WebSocketClass | undefined;
}

/** Default of `admissionTimeout`. */
export const DEFAULT_ADMISSION_TIMEOUT_MS = 30_000;

/** @throws {TypeError} unless exactly one way to get requests is given */
export function assertServerOptions(options: ServerOptions): void {
  const ways = [options.port !== undefined, options.server !== undefined, Boolean(options.noServer)];
  if (ways.filter(Boolean).length !== 1) {
    throw new TypeError('One and only one of the "port", "server", or "noServer" options must be specified');
  }
}

/** What programs find in the `options` of a server when it was not given. */
const DEFAULTS: ServerOptions = {
  allowSynchronousEvents: true,
  autoPong: true,
  clientTracking: true,
  closeTimeout: DEFAULT_CLOSE_TIMEOUT_MS,
  maxPayload: DEFAULT_MAX_PAYLOAD_BYTES,
  perMessageDeflate: false,
  skipUTF8Validation: false,
};

/** The options given, and the defaults of others. Null is not given, as with `ws`. Programs without types may give no options at all. */
export function withDefaults(options: ServerOptions | undefined): ServerOptions {
  const given = Object.entries(options ?? {}).filter(([, value]) => value !== null && value !== undefined);
  return { ...DEFAULTS, ...Object.fromEntries(given) };
}

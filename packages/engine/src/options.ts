import { inspect } from "node:util";
import type { ZlibOptions } from "node:zlib";
import type { CorsOptions, CorsOptionsDelegate } from "cors";
import type { AllowRequest } from "./allow-request.js";
import { type SerializeOptions, sessionCookie } from "./cookie.js";
import type { HeartbeatTiming } from "./core/heartbeat.js";
import type { RawData } from "./packet.js";
import type { HttpCompressionOptions } from "./transports/polling-compress.js";
import type { TransportName } from "./transports/transport.js";

/** Options of a server. */
export interface ServerOptions {
  /** How long a peer may take to answer a ping, in milliseconds; default 20 000. */
  pingTimeout?: number;
  /** Time between the end of one heartbeat and the next ping, in milliseconds; default 25 000. */
  pingInterval?: number;
  /** How long an upgrade may take, and the first stream of a WebTransport session, in milliseconds; default 10 000. */
  upgradeTimeout?: number;
  /** Largest request body or WebSocket message of a peer, in bytes; default 1 000 000. */
  maxHttpBufferSize?: number;
  /** Most packets in one request body; default 131 072. */
  maxPayloadPackets?: number;
  /** How long a request body may take to arrive, in milliseconds; default 30 000, 0 waits for ever. */
  httpRequestBodyTimeout?: number;
  /**
   * Most bytes that may wait for one peer; default 16 times `maxHttpBufferSize`,
   * at least 16 000 000. A session that sends while more than
   * this is waiting ends with the reason `max buffered amount exceeded`. One message is always accepted, however large.
   */
  maxBufferedAmount?: number;
  /** Ignored: chunks are joined, and bounded by `maxHttpBufferSize`. */
  maxBufferedChunks?: number;
  /** Decides about a handshake: `fn(null, true)` accepts, `fn(text, false)` refuses with 403 (400 on upgrades). */
  allowRequest?: AllowRequest;
  /**
   * How long middlewares, `allowRequest` and `generateId` may take to decide about a request, in milliseconds; default
   * 30 000, 0 waits for ever. Beyond it the request is refused with code 4. What a middleware has begun to answer goes on.
   */
  admissionTimeout?: number;
  /** Enabled transports; default `["polling", "websocket"]`. */
  transports?: TransportName[];
  /** Whether a session may change its transport; default `true`. */
  allowUpgrades?: boolean;
  /** permessage-deflate for WebSocket (RFC 7692), with `threshold` in bytes (default 1024); default `false`. */
  perMessageDeflate?: boolean | PerMessageDeflateOptions;
  /** Compression of long-polling replies; `false` disables; default `{ threshold: 1024 }`. */
  httpCompression?: boolean | HttpCompressionOptions;
  /** A `ws`-like server class; default that of `@halyard/websocket`. */
  wsEngine?: WebSocketServerClass;
  /** Sent as a message right after the handshake. */
  initialPacket?: RawData;
  /** Cookie with the session id, in the reply to a long-polling handshake; `true` is `{ name: "io" }`; default none. */
  cookie?: (SerializeOptions & { name?: string }) | boolean;
  /** Options of the `cors` package, for HTTP requests; default none. Upgrades are judged by it with `verifyOrigin` only. */
  cors?: CorsOptions | CorsOptionsDelegate | boolean;
  /**
   * Whether upgrades are refused (code 4) when their `Origin` is not in `cors.origin`, which must be a fixed set then; the
   * server's own origin is no exception, a request without `Origin` is. Default `false`.
   */
  verifyOrigin?: boolean;
  /** Whether clients of protocol revision 3 are served; default `false`. */
  allowEIO3?: boolean;
}

/** Options of {@link Server.attach}. */
export interface AttachOptions {
  /** Path of the requests that are handled; default `/engine.io`. */
  path?: string;
  /** Whether upgrades that nobody has answered are ended; default `true`. */
  destroyUpgrade?: boolean;
  /** After this time, in milliseconds; default 1000. */
  destroyUpgradeTimeout?: number;
  /** Whether the path ends with a slash; default `true`. */
  addTrailingSlash?: boolean;
}

/** Options of the `perMessageDeflate` of `ws`: `docs/websocket.md` says what each does. */
export interface PerMessageDeflateOptions {
  /** bytes; default 1024 */
  threshold?: number;
  serverNoContextTakeover?: boolean | undefined;
  clientNoContextTakeover?: boolean | undefined;
  serverMaxWindowBits?: number | boolean | undefined;
  clientMaxWindowBits?: number | boolean | undefined;
  zlibDeflateOptions?: ZlibOptions | undefined;
  zlibInflateOptions?: ZlibOptions | undefined;
  concurrencyLimit?: number | undefined;
}

/** A `ws`-like server class, which is given `noServer`, `clientTracking`, `perMessageDeflate` and `maxPayload`. */
// oxlint-disable-next-line typescript/no-explicit-any -- each library has its own types
export type WebSocketServerClass = new (options: any) => any;

/** Options as the server uses them. */
export interface ResolvedOptions extends ServerOptions {
  pingTimeout: number;
  pingInterval: number;
  upgradeTimeout: number;
  maxHttpBufferSize: number;
  maxPayloadPackets: number;
  httpRequestBodyTimeout: number;
  transports: TransportName[];
  allowUpgrades: boolean;
  admissionTimeout: number;
  perMessageDeflate: false | PerMessageDeflateOptions;
  httpCompression: false | HttpCompressionOptions;
  allowEIO3: boolean;
}

/** From this size on messages and replies are compressed, where they are. */
export const DEFAULT_THRESHOLD_BYTES: number = 1024;
const DEFAULT_MAX_HTTP_BUFFER_BYTES = 1e6;

const TIMES = ["pingTimeout", "pingInterval", "upgradeTimeout", "admissionTimeout", "httpRequestBodyTimeout"] as const;
const SIZES = ["maxHttpBufferSize", "maxPayloadPackets", "maxBufferedAmount"] as const;

/**
 * Completes what was given. Digits, as environment variables hold them, count as the number they spell.
 *
 * @throws {TypeError} for a time or a size that is none, and for a cookie that cannot be set
 */
export function resolveOptions(options: ServerOptions): ResolvedOptions {
  const given = withoutUndefined(options);
  for (const name of TIMES) if (name in given) given[name] = readAmount(name, given[name], Number.MAX_SAFE_INTEGER);
  for (const name of SIZES) if (name in given) given[name] = readAmount(name, given[name], Infinity);
  sessionCookie(given.cookie, ""); // names and attributes no cookie may have
  return {
    pingTimeout: 20_000,
    pingInterval: 25_000,
    upgradeTimeout: 10_000,
    maxHttpBufferSize: DEFAULT_MAX_HTTP_BUFFER_BYTES,
    maxPayloadPackets: 131_072,
    httpRequestBodyTimeout: 30_000,
    transports: ["polling", "websocket"],
    allowUpgrades: true,
    admissionTimeout: 30_000,
    allowEIO3: false,
    ...given,
    perMessageDeflate: withThreshold(given.perMessageDeflate ?? false),
    httpCompression: withThreshold("httpCompression" in given ? (given.httpCompression ?? false) : true),
  };
}

/** Not given: programs pass on what they may not have. */
function withoutUndefined(options: ServerOptions): ServerOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}

function readAmount(name: string, value: unknown, largest: number): number {
  const amount = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  if (typeof amount === "number" && amount >= 0 && amount <= largest) return amount;
  const expected =
    largest === Infinity ? "a number of at least 0" : "a number of milliseconds, at least 0 and not infinite";
  throw new TypeError(`${name} must be ${expected}, got ${inspect(value)}`);
}

function withThreshold<T extends { threshold?: number }>(option: boolean | T): false | T | { threshold: number } {
  if (option === false) return false;
  return { threshold: DEFAULT_THRESHOLD_BYTES, ...(option === true ? {} : option) };
}

/** @returns bytes */
export function maxBufferedAmountOf(options: ResolvedOptions): number {
  // A small limit for what comes in says nothing about what goes out.
  return options.maxBufferedAmount ?? 16 * Math.max(options.maxHttpBufferSize, DEFAULT_MAX_HTTP_BUFFER_BYTES);
}

/** How late a heartbeat may be noticed: little against the shortest of the times, and never more than 50 ms. */
export function granularityMs(options: ResolvedOptions): number {
  const shortest = Math.min(options.pingInterval, options.pingTimeout, options.upgradeTimeout);
  return Math.max(1, Math.min(50, Math.floor(shortest / 64) || 1));
}

/** The times of the heartbeat, as the options have them at the moment. */
export function timingOf(options: ResolvedOptions): HeartbeatTiming {
  return {
    get pingIntervalMs() {
      return options.pingInterval;
    },
    get pingTimeoutMs() {
      return options.pingTimeout;
    },
  };
}

/** The path to compare request targets with: no double slash at its end, one unless told otherwise. */
export function attachPath(options: AttachOptions): string {
  const path = (options.path || "/engine.io").replace(/\/$/, "");
  return options.addTrailingSlash === false ? path : `${path}/`;
}

export type TransportName = "polling" | "websocket" | "webtransport" | (string & {});

/** A transport class: extends `Transport`, its prototype has the `name`. */
export interface TransportCtor {
  // oxlint-disable-next-line typescript/no-explicit-any -- the options of a user's own transport
  new (options: any): object;
  readonly prototype: { readonly name: string };
}

/**
 * Options of the engine client. Times in milliseconds. Those marked Node are ignored in browsers.
 *
 * Programs also read and change them between two connections (`socket.io.opts`): what they hold is neither read-only nor wider than
 * what programs expect to find.
 */
export interface SocketOptions {
  host?: string | undefined;
  hostname?: string | undefined;
  port?: string | number | undefined;
  secure?: boolean | undefined;
  /** Sent in the query string of every request. */
  // oxlint-disable-next-line typescript/no-explicit-any -- whatever the user wants to be stringified
  query?: { [name: string]: any } | undefined;
  /** @default "/engine.io" */
  path?: string | undefined;
  /** Whether the path ends with a slash. @default true */
  addTrailingSlash?: boolean | undefined;
  /** Names or classes, in the order they are tried. @default ["polling", "websocket", "webtransport"] */
  transports?: TransportName[] | TransportCtor[] | undefined;
  /** Classes only; not together with `transports`. */
  transportImplementations?: TransportCtor[] | undefined;
  /** When a transport cannot be opened, try the next. @default false */
  tryAllTransports?: boolean | undefined;
  /** Leave polling as soon as something better works. @default true */
  upgrade?: boolean | undefined;
  /** Begin with the WebSocket when the last session had one. @default false */
  rememberUpgrade?: boolean | undefined;
  /** Send binary as base64 over every transport. @default false */
  forceBase64?: boolean | undefined;
  /** Query parameter against caches. @default "t" */
  timestampParam?: string | undefined;
  /** @default true for polling, false for the WebSocket */
  timestampRequests?: boolean | undefined;
  /** Longest duration of one HTTP request. @default none */
  requestTimeout?: number | undefined;
  /** Options for one transport by name, over all others. */
  transportOptions?: Readonly<Record<string, object>> | undefined;
  /** Request headers. The WebSocket of browsers cannot send any. */
  extraHeaders?: { [header: string]: string } | undefined;
  /** Send cookies to other origins; in Node: keep cookies at all. @default false */
  withCredentials?: boolean | undefined;
  /** Close silently when the page goes away. @default false */
  closeOnBeforeunload?: boolean | undefined;
  /** Use the timers of load time, for programs that replace them. @default false */
  useNativeTimers?: boolean | undefined;
  /** Let the process end while the session is open (Node). @default false */
  autoUnref?: boolean | undefined;
  /** Sub-protocols of the WebSocket. */
  protocols?: string | string[] | undefined;
  /** permessage-deflate; messages below `threshold` bytes are never compressed (Node). @default { threshold: 1024 } */
  perMessageDeflate?: boolean | { threshold?: number } | undefined;
  /**
   * Refuse a message above the `maxPayload` the server announced with an error to its callback (without one: an `error`
   * event), instead of letting the server end the session. @default false
   */
  refuseOversized?: boolean | undefined;
  /** Largest HTTP body or WebSocket message accepted from the server, in bytes (Node). @default 100 MiB */
  maxPayload?: number | undefined;
  /** `http.Agent` (Node). */
  agent?: unknown;
  // TLS, as in `tls.connect` (Node).
  pfx?: unknown;
  key?: unknown;
  passphrase?: string | undefined;
  cert?: unknown;
  ca?: unknown;
  ciphers?: string | undefined;
  /** @default true */
  rejectUnauthorized?: boolean | undefined;
  checkServerIdentity?: unknown;
  // Of the socket and of the WebSocket handshake (Node).
  localAddress?: string | undefined;
  family?: number | undefined;
  protocolVersion?: number | undefined;
  origin?: string | undefined;
}

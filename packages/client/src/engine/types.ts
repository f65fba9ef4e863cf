import type { CookieJar } from "./node/cookie-jar.js";

/** Engine.IO packet types (protocol v4); `error` is internal: what could not be decoded. */
export type PacketType = "open" | "close" | "ping" | "pong" | "message" | "upgrade" | "noop" | "error";

/** What one message carries. `Buffer` is a view. */
export type RawData = string | ArrayBuffer | ArrayBufferView | Blob;

export interface Packet {
  type: PacketType;
  data?: RawData | undefined;
  options?: WriteOptions | undefined;
}

/** How binary messages reach listeners: `nodebuffer` is the default in Node, `arraybuffer` in browsers. */
export type BinaryType = "nodebuffer" | "arraybuffer" | "blob";

export interface WriteOptions {
  /** Whether permessage-deflate may compress this message (Node only). */
  compress?: boolean | undefined;
}

/** The open packet of the server (Engine.IO protocol, "Handshake"). */
export interface HandshakeData {
  sid: string;
  upgrades: string[];
  /** Milliseconds between two pings of the server. */
  pingInterval: number;
  /** Milliseconds a ping may be late. */
  pingTimeout: number;
  /** Bytes the server accepts in one HTTP body or WebSocket message; absent before Socket.IO 4.2, null for no limit. */
  maxPayload?: number | null;
}

/** Why a transport went away. */
export interface CloseDetails {
  description: string;
  /** The `CloseEvent` of a WebSocket. */
  context?: unknown;
}

/** Who starts timers. */
export interface TimerOwner {
  readonly setTimeoutFn: (fn: () => void, ms: number) => unknown;
  readonly opts: { readonly autoUnref?: boolean | undefined };
}

/** What a transport may ask of the session it belongs to. */
export interface TransportHost {
  readonly binaryType: BinaryType;
  /** Node with `withCredentials` only. */
  readonly cookieJar?: CookieJar | undefined;
}

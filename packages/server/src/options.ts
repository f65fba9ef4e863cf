import type { AdapterLike } from "@halyard/adapter";
import type { AttachOptions, ServerOptions as EngineOptions } from "@halyard/engine";
import type { LimitOptions } from "./limits.js";
import type { Untyped } from "./typed-events.js";

/** A class or a function that makes the adapter of a namespace. */
export type AdapterConstructor = (new (nsp: Untyped) => AdapterLike) | ((nsp: Untyped) => AdapterLike);

/** Connection state recovery; off unless the option is given. */
export interface ConnectionStateRecoveryOptions {
  /** How long a session and the packets it may miss are kept, in ms. Default 120000. */
  maxDisconnectionDuration?: number;
  /** Whether a restored session skips the middlewares. Default true. */
  skipMiddlewares?: boolean;
  /** Bytes of encoded packets the log of one namespace may hold. Default 64 MiB. */
  maxLogBytes?: number;
  /** Packets the log of one namespace may hold. Default 100000. */
  maxLogPackets?: number;
  /** Sessions kept per namespace. Default 100000. */
  maxSessions?: number;
}

/** Options of a server. Those of Engine.IO and of the limits are among them. */
export interface ServerOptions extends EngineOptions, AttachOptions, LimitOptions {
  /** Path the server answers on. Default `/socket.io`. */
  path: string;
  /** Whether the browser bundles are served under `<path>/`. Default true. */
  serveClient: boolean;
  /** Makes the adapter of each namespace. Default: in memory, session-aware with recovery. */
  adapter: AdapterConstructor;
  /**
   * A codec: `{ Encoder, Decoder }`. Default socket.io-parser. With a custom one everything goes through it, and the
   * limits on nesting and attachments are its own business.
   */
  parser: Untyped;
  /** Time to join a first namespace, in ms. Default 45000. */
  connectTimeout: number;
  /** Restores the sessions of clients that come back soon: see docs/recovery.md. Default off. */
  connectionStateRecovery: ConnectionStateRecoveryOptions;
  /** Whether a dynamic namespace goes when its last socket has left. Default false. */
  cleanupEmptyChildNamespaces: boolean;
  /**
   * Whether acknowledgements that take an error first (`timeout()`, `emitWithAck()`) get `socket has been disconnected`
   * when the client leaves. Default false: they time out, or never settle without a timeout.
   */
  settleAcksOnDisconnect: boolean;
}

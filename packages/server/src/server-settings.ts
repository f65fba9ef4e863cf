import { MAX_TIMER_MS } from "@halyard/engine";
import * as defaultParser from "socket.io-parser";
import type { ConnectionHost, PacketDecoder } from "./connection-ports.js";
import { readLimits, type ServerLimits } from "./limits.js";
import type { ServerOptions } from "./options.js";
import { PacketEncoder } from "./packet-codec.js";
import { ServerFacade } from "./server-facade.js";
import type { EventsMap } from "./typed-events.js";

const DEFAULT_CONNECT_TIMEOUT_MS = 45_000;
const DEFAULT_MAX_DISCONNECTION_MS = 120_000;

/** What a server was told: its options, the defaults of those that were not given, and what follows from them. */
export abstract class ServerSettings<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
  ServerSideEvents extends EventsMap,
  SocketData,
> extends ServerFacade<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
  /** The options as given. */
  readonly opts: Partial<ServerOptions>;
  /** Encoder of all packets. */
  readonly encoder: ConnectionHost["encoder"];
  readonly createDecoder: (() => PacketDecoder) | null;
  readonly limits: ServerLimits;
  readonly recovery: { readonly skipMiddlewares: boolean } | null;
  readonly settlesAcks: boolean;
  private servesClientFiles: boolean;
  private enginePath = "";
  private firstConnectTimeout: number;

  constructor(options: Partial<ServerOptions>) {
    super();
    this.opts = options;
    this.path(options.path || "/socket.io");
    this.firstConnectTimeout = options.connectTimeout || DEFAULT_CONNECT_TIMEOUT_MS;
    this.servesClientFiles = options.serveClient !== false;
    this.limits = readLimits(options);
    this.settlesAcks = options.settleAcksOnDisconnect === true;
    this.encoder = options.parser ? new options.parser.Encoder() : new PacketEncoder();
    this.createDecoder = options.parser ? () => new options.parser.Decoder() : null;
    this.recovery = null;
    if (options.connectionStateRecovery) {
      this.recovery = { skipMiddlewares: true, ...options.connectionStateRecovery };
      options.connectionStateRecovery = { maxDisconnectionDuration: DEFAULT_MAX_DISCONNECTION_MS, ...this.recovery };
    }
  }

  /** Whether the browser bundles are served. */
  serveClient(v: boolean): this;
  serveClient(): boolean;
  serveClient(v?: boolean): this | boolean {
    if (v === undefined) return this.servesClientFiles;
    this.servesClientFiles = v;
    return this;
  }

  /** Path the server answers on. */
  path(v: string): this;
  path(): string;
  path(v?: string): this | string {
    if (v === undefined) return this.enginePath;
    this.enginePath = v.replace(/\/$/, "");
    return this;
  }

  /** Time to join a first namespace, in ms. */
  connectTimeout(v: number): this;
  connectTimeout(): number;
  connectTimeout(v?: number): this | number {
    if (v === undefined) return this.firstConnectTimeout;
    this.firstConnectTimeout = v;
    return this;
  }

  /** {@link connectTimeout} as a timer takes it: beyond its longest delay it would fire at once, and end every client. */
  get connectTimeoutMs(): number {
    return Math.min(this.firstConnectTimeout, MAX_TIMER_MS);
  }

  // Compatibility: names reached from outside

  get _opts(): Partial<ServerOptions> {
    return this.opts;
  }

  get _parser(): typeof defaultParser {
    return (this.opts.parser as typeof defaultParser | undefined) ?? defaultParser;
  }

  get _connectTimeout(): number {
    return this.firstConnectTimeout;
  }
}

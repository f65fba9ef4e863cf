import cors from "cors";
import type { IncomingMessage } from "node:http";
import type { HeartbeatTiming } from "./core/heartbeat.js";
import { sessionCookie } from "./cookie.js";
import { EngineError, ErrorCode, errorMessages } from "./errors.js";
import { Gate, type GateHost } from "./gate.js";
import type { Headers, HttpExchange } from "./http-exchange.js";
import type { Middleware } from "./middleware.js";
import {
  type AttachOptions,
  attachPath,
  granularityMs,
  maxBufferedAmountOf,
  type ResolvedOptions,
  resolveOptions,
  type ServerOptions,
  timingOf,
} from "./options.js";
import type { EnginePacket, RawData } from "./packet.js";
import { protocolOf } from "./query.js";
import type { EngineRequest } from "./request.js";
import { generateSessionId } from "./session-id.js";
import { SessionTable } from "./session-table.js";
import type { SessionHost } from "./session-host.js";
import { Socket } from "./socket.js";
import { Ticker } from "./ticker.js";
import { Polling, type PollingHost } from "./transports/polling.js";
import type { HttpCompressionOptions } from "./transports/polling-compress.js";
import type { Transport, TransportName } from "./transports/transport.js";
import { closeQuietly, WebTransport, type WebTransportSession } from "./transports/webtransport.js";
import { throwLater } from "./throw-later.js";
import { WatchedEmitter } from "./watched-emitter.js";
import { logger } from "./log.js";
import { awaitArrival, webTransportRequest } from "./webtransport-handshake.js";

const debug = logger("engine");

const WATCHED = ["flush", "drain", "headers", "initial_headers"] as const;
const FLUSH_OR_DRAIN = 1 | 2;
const HEADERS = 4 | 8;

/**
 * Sessions, and the rules by which they begin. Says nothing about how requests arrive: see `Server` and `uServer`.
 *
 * Events: `connection`, `connection_error`, `initial_headers`, `headers`, `flush`, `drain`.
 */
export abstract class BaseServer extends WatchedEmitter implements SessionHost<Socket>, PollingHost, GateHost {
  static readonly errors: typeof ErrorCode = ErrorCode;
  static readonly errorMessages: typeof errorMessages = errorMessages;

  /** The options in use. May be changed while no session is open. */
  readonly opts: ResolvedOptions;
  readonly ticker: Ticker;
  readonly timing: HeartbeatTiming;
  protected readonly gate: Gate;
  private readonly sessionTable = new SessionTable();
  /** The middleware of the option `cors`, unless the application decides about each request: it keeps none. */
  private readonly forgetfulMiddleware: Middleware | null = null;

  constructor(options: ServerOptions = {}) {
    super();
    this.opts = resolveOptions(options);
    this.ticker = new Ticker(granularityMs(this.opts));
    this.timing = timingOf(this.opts);
    this.gate = new Gate(this, this.sessionTable);
    const { cors: allowed } = this.opts;
    if (allowed) {
      // `true` allows every origin, as the package does without options.
      const middleware: Middleware = cors(allowed === true ? {} : allowed);
      this.forgetfulMiddleware = typeof allowed === "function" ? null : middleware;
      this.use(middleware);
    }
  }

  /** Live sessions, by id. */
  get clients(): Record<string, Socket> {
    return this.sessionTable.byId;
  }

  get clientsCount(): number {
    return this.sessionTable.size;
  }

  /** Adds an Express-style middleware, for every HTTP request and upgrade. */
  use(middleware: Middleware): void {
    this.gate.middlewares.push(middleware);
  }

  /** Names of the transports a session on `transport` may upgrade to. */
  upgrades(transport: TransportName): string[] {
    if (!this.opts.allowUpgrades || transport !== "polling") return [];
    return Polling.upgradesTo.filter((name) => (this.opts.transports as string[]).includes(name));
  }

  /** Makes the id of a new session. May be replaced; may return a promise. Ids must be unique and hard to guess. */
  generateId(_req: IncomingMessage): string | PromiseLike<string> {
    return generateSessionId();
  }

  /** Takes a WebTransport session; whoever owns the HTTP/3 server calls it. Never rejects. */
  async onWebTransportSession(given: object): Promise<void> {
    const session = given as WebTransportSession; // each library has its own type
    if (this.gate.middlewares.length > 0) {
      debug("closing session since WebTransport is not compatible with middlewares");
      closeQuietly(session);
      return;
    }
    const arrival = await awaitArrival(session, this.opts.upgradeTimeout, this.opts.maxHttpBufferSize);
    if (arrival === null) return;
    const { stream, packets, sid } = arrival;
    if (sid === null) {
      const request = webTransportRequest();
      this.gate.assignId(request, (error, id) => {
        if (error === null) {
          this.handshake(id, new WebTransport(session, stream, packets), request, undefined);
        } else {
          this.reportError(request, error);
          closeQuietly(session);
        }
      });
      return;
    }
    const known = this.sessionTable.get(sid);
    if (known?.protocol !== 4 || known.upgrading || known.upgraded) {
      debug("upgrade attempt that comes too late");
      closeQuietly(session);
    } else {
      known.offer(new WebTransport(session, stream, packets));
    }
  }

  /** Refuses new sessions from now on, with status 503; those that are open go on. */
  stopAccepting(): void {
    this.gate.shut();
  }

  /** Closes every session, giving up what waits for the peers, and stops accepting websockets. */
  close(): this {
    debug("closing all open clients");
    for (const session of this.sessionTable.all()) {
      session.close(true);
    }
    this.cleanup();
    return this;
  }

  protected abstract cleanup(): void;

  /** Gives an admitted request to its session, or begins one. @param refuse reports and answers */
  protected dispatch(exchange: HttpExchange, refuse: (error: EngineError) => void): void {
    const { request } = exchange;
    const sid = request._query["sid"];
    if (sid) {
      const session = this.sessionTable.get(sid);
      if (session === undefined) {
        refuse(new EngineError(ErrorCode.UNKNOWN_SID, { sid })); // it ended while a middleware was busy
      } else {
        session.transport.onRequest(exchange);
      }
      return;
    }
    this.gate.assignId(request, (error, id) => {
      if (error !== null) {
        refuse(error);
      } else if (exchange.isConnected) {
        const transport = new Polling(this, request, protocolOf(request._query));
        this.handshake(id, transport, request, request.socket.remoteAddress, () => transport.onRequest(exchange));
      }
    });
  }

  /** Begins a session on a transport. `connect` runs before the open packet, to give the transport its first request. */
  protected handshake(
    id: string,
    transport: Transport,
    request: EngineRequest,
    remoteAddress: string | undefined,
    connect?: () => void,
  ): void {
    debug('handshaking client "%s"', id);
    transport.sid = id;
    connect?.();
    const session = new Socket(id, this, transport, request, remoteAddress);
    this.sessionTable.add(session);
    try {
      session.open();
    } catch (error) {
      session.drop(error); // it would never be told anything, nor asked whether it is alive
      throw error;
    }
    if (session.readyState !== "closed") this.emit("connection", session);
  }

  protected findSession(sid: string): Socket | undefined {
    return this.sessionTable.get(sid);
  }

  protected reportError(request: IncomingMessage, error: EngineError): void {
    debug("connection error: %s", error.message);
    try {
      this.emit("connection_error", { req: request, code: error.code, message: error.message, context: error.context });
    } catch (thrown) {
      throwLater(thrown); // of a listener; the peer gets its reply all the same
    }
  }

  protected get watchesHeaders(): boolean {
    return (this.watched & HEADERS) !== 0;
  }

  /** Lets listeners add to the headers of a reply; `initial_headers` for the first one of a session. */
  protected emitHeaders(headers: Headers, request: EngineRequest): void {
    try {
      if (!request._query["sid"]) this.emit("initial_headers", headers, request);
      this.emit("headers", headers, request);
    } catch (error) {
      throwLater(error); // of a listener; the peer gets its reply all the same
    }
  }

  // What sessions and long-polling ask of their server.

  get upgradeTimeoutMs(): number {
    return this.opts.upgradeTimeout;
  }
  get maxBufferedAmount(): number {
    return maxBufferedAmountOf(this.opts);
  }
  get maxBodyBytes(): number {
    return this.opts.maxHttpBufferSize;
  }
  get bodyTimeoutMs(): number {
    return this.opts.httpRequestBodyTimeout;
  }
  get maxPayloadPackets(): number {
    return this.opts.maxPayloadPackets;
  }
  get httpCompression(): HttpCompressionOptions | null {
    return this.opts.httpCompression || null;
  }
  get initialPacket(): RawData {
    return this.opts.initialPacket;
  }
  get watchesRequests(): boolean {
    const isForgetful = this.gate.middlewares.every((middleware) => middleware === this.forgetfulMiddleware);
    return !isForgetful || Boolean(this.opts.allowRequest) || this.watchesHeaders;
  }
  get watchesFlushes(): boolean {
    return (this.watched & FLUSH_OR_DRAIN) !== 0;
  }

  openPacketData(sid: string, transport: TransportName): string {
    return JSON.stringify({
      sid,
      upgrades: this.upgrades(transport),
      pingInterval: this.opts.pingInterval,
      pingTimeout: this.opts.pingTimeout,
      maxPayload: this.opts.maxHttpBufferSize,
    });
  }

  onPollingHeaders(headers: Headers, request: EngineRequest, sid: string): void {
    const cookie = request._query["sid"] ? null : sessionCookie(this.opts.cookie, sid);
    if (cookie !== null) {
      headers["Set-Cookie"] = [cookie]; // a list: listeners may add to it
    }
    if (this.watchesHeaders) this.emitHeaders(headers, request);
  }

  onFlush(session: Socket, packets: EnginePacket[]): void {
    this.emit("flush", session, packets);
  }

  onDrain(session: Socket): void {
    this.emit("drain", session);
  }

  onSessionClosed(session: Socket): void {
    this.sessionTable.remove(session);
  }

  protected override get watchedEvents(): readonly string[] {
    return WATCHED;
  }

  // Compatibility: names reached from outside.
  get middlewares(): Middleware[] {
    return this.gate.middlewares;
  }
  _computePath(options: AttachOptions): string {
    return attachPath(options);
  }
}

import { Adapter, type AdapterLike, SessionAwareAdapter } from "@halyard/adapter";
import { Server as NodeEngine, uServer } from "@halyard/engine";
import debugModule from "debug";
import { inspect } from "node:util";
import { Client } from "./connection.js";
import type { ConnectionHost, NamespaceAsker } from "./connection-ports.js";
import { channels } from "./diagnostics.js";
import { drain, type DrainHost, type DrainOptions, type DrainProgress, type DrainTarget } from "./drain.js";
import { assertEngine, type EngineServer, type EngineSession, hasPollingSession } from "./engine-port.js";
import { logEvents } from "./event-log.js";
import { type HandlerErrorContext, printHandlerError } from "./handler-errors.js";
import { closeHttpServer, type HttpServer, toHttpServer } from "./http-server.js";
import type { Auth } from "./handshake.js";
import { warnOfCopies } from "./loaded-copies.js";
import { Namespace, type NamespaceHost } from "./namespace.js";
import { NamespaceTable, type ParentNspNameMatchFn } from "./namespace-table.js";
import type { AdapterConstructor, ServerOptions } from "./options.js";
import { ParentNamespace } from "./parent-namespace.js";
import { serveBundlesOn } from "./serve-client.js";
import { ServerSettings } from "./server-settings.js";
import type { Socket } from "./socket.js";
import { serveBundlesOnApp, type UwsApp } from "./uws.js";
import type { DefaultEventsMap, EventsMap, Untyped } from "./typed-events.js";

const debug = debugModule("socket.io:server");
logEvents();

declare module "./public-classes.js" {
  interface PublicClasses<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    ServerSideEvents extends EventsMap,
    SocketData,
  > {
    server: Server<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
  }
}

/** The engine types the server of HTTP 1 only; requests and upgrades of the others have the same shape. */
type HttpOneServer = Parameters<Engine["attach"]>[0];

type Engine = NodeEngine;
/** What an engine asks of an application of uWebSockets.js. */
type EngineApp = Parameters<uServer["attach"]>[0];

/** A Socket.IO server: namespaces of sockets on top of an Engine.IO server. */
export class Server<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = Untyped,
>
  extends ServerSettings<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  implements ConnectionHost, NamespaceHost, DrainHost
{
  /** The main namespace, same as `of("/")`. */
  sockets: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
  /** The engine, once attached or bound. */
  engine!: Engine;
  /** The HTTP server, once attached. */
  httpServer!: HttpServer;
  private readonly namespaceTable: NamespaceTable<
    Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
    ParentNamespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  >;
  private adapterConstructor: AdapterConstructor;
  private acceptsConnections = true;

  /** Makes a server; it answers once it is attached to an HTTP server or a port, here or by {@link attach}. */
  constructor(opts?: Partial<ServerOptions>);
  constructor(srv?: HttpServer | number, opts?: Partial<ServerOptions>);
  constructor(srv: Partial<ServerOptions> | HttpServer | number | undefined, opts?: Partial<ServerOptions>);
  constructor(srv?: Partial<ServerOptions> | HttpServer | number, opts: Partial<ServerOptions> = {}) {
    const isOptions = typeof srv === "object" && srv !== null && !("listen" in srv);
    const options = isOptions ? srv : opts;
    super(options);
    this.adapterConstructor = options.adapter ?? (this.recovery === null ? Adapter : SessionAwareAdapter);
    const maxEmptyChildren = options.cleanupEmptyChildNamespaces === true ? 0 : this.limits.maxEmptyChildNamespaces;
    this.namespaceTable = new NamespaceTable(
      {
        onChild: (child) => this.sockets.announce(child),
        onChildRemoved: (child) => child.watch(closeAdapter(child.adapter), "adapter"),
        onMatcherFailed: (error, namespace) =>
          this.onHandlerError(error, { namespace, socketId: undefined, event: "of" }),
      },
      maxEmptyChildren,
    );
    this.sockets = this.of("/");
    warnOfCopies();
    if (!isOptions && (srv || typeof srv === "number")) this.attach(srv);
  }

  /** What makes adapters; setting it replaces the adapter of every namespace. */
  adapter(): AdapterConstructor | undefined;
  adapter(v: AdapterConstructor): this;
  adapter(v?: AdapterConstructor): this | AdapterConstructor | undefined {
    if (v === undefined) return this.adapterConstructor;
    this.adapterConstructor = v;
    for (const nsp of this.namespaceTable.byName.values()) nsp.replaceAdapter();
    return this;
  }

  /**
   * Answers on an HTTP server, or on a port with an HTTP server of its own.
   *
   * @throws Error for a request handler such as an Express application
   */
  attach(srv: HttpServer | number, opts: Partial<ServerOptions> = {}): this {
    const httpServer = toHttpServer(srv);
    const options = { ...opts, ...this.opts };
    options.path ||= this.path();
    debug("creating engine.io instance with opts %j", Object.keys(options));
    const engine = new NodeEngine(options);
    engine.attach(httpServer as HttpOneServer, options);
    if (this.serveClient()) serveBundlesOn(httpServer, this.path(), this.opts.cors);
    this.httpServer = httpServer;
    return this.bind(engine);
  }

  /** Answers on an application of uWebSockets.js. */
  attachApp(app: UwsApp & EngineApp, opts: Partial<ServerOptions> = {}): void {
    const options = { ...opts, ...this.opts };
    options.path ||= this.path();
    const engine = new uServer(options);
    engine.attach(app, options);
    if (this.serveClient()) serveBundlesOnApp(app, this.path());
    this.bind(engine);
  }

  /** Same as {@link attach}. */
  listen(srv: HttpServer | number, opts: Partial<ServerOptions> = {}): this {
    return this.attach(srv, opts);
  }

  /**
   * Serves the sessions of an engine: ours, or any with the same events.
   *
   * @throws TypeError for what is no engine
   */
  bind(engine: EngineServer): this {
    assertEngine(engine);
    this.engine = engine as Engine; // or one with as much of it as we use
    this.acceptsConnections = true; // also after a drain
    engine.on("connection", (session) => this.onconnection(session));
    return this;
  }

  /**
   * Gets a namespace, or makes it.
   *
   * @param name a name; or a pattern or function for namespaces that come into being when a client asks for them
   * @param fn added to the listeners of `connect`
   * @throws Error for a pattern with the flags `g` or `y`
   */
  of(
    name: string | RegExp | ParentNspNameMatchFn,
    fn?: (socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>) => void,
  ): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
    const isPattern = typeof name === "function" || name instanceof RegExp;
    const nsp = isPattern ? this.parentNamespaceOf(name) : this.namespaceOf(name);
    if (fn) nsp.on("connect", fn);
    return nsp;
  }

  /** Ends all sockets (`server shutting down`), adapters, the engine and the HTTP server. May be called again. */
  async close(fn?: (err?: Error) => void): Promise<void> {
    await this.closeSessions();
    await closeHttpServer(this.httpServer, fn);
  }

  /** Refuses new clients, closes the others evenly over a given time, then closes the server. */
  drain(options: DrainOptions = {}): Promise<DrainProgress> {
    return drain(this, options);
  }

  // What connections, namespaces and drains ask.

  findNamespace(
    name: string,
    asker: NamespaceAsker,
    found: (nsp: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> | null) => void,
  ): void {
    this.namespaceTable.find(name, asker, found);
  }

  createAdapter(nsp: unknown): AdapterLike {
    const adapterConstructor = this.adapterConstructor;
    if (typeof adapterConstructor !== "function") {
      throw new TypeError(`the adapter option must be a class or a function, got ${inspect(adapterConstructor)}`);
    }
    const isArrow = adapterConstructor.prototype === undefined;
    return isArrow
      ? (adapterConstructor as (nsp: unknown) => AdapterLike)(nsp)
      : new (adapterConstructor as new (nsp: unknown) => AdapterLike)(nsp);
  }

  onNamespaceEmpty(name: string): void {
    this.namespaceTable.onEmpty(name);
  }

  onHandlerError(error: unknown, context: HandlerErrorContext): void {
    if (channels.error.hasSubscribers) channels.error.publish({ kind: "handler", error, ...context });
    if (!this.sockets.reportHandlerError(error, context)) printHandlerError(error, context);
  }

  stopAccepting(): void {
    this.acceptsConnections = false;
    this.engine?.stopAccepting?.();
  }

  hasPollingClients(): boolean {
    if (this.engine && hasPollingSession(this.engine)) return true;
    // Engines of others may not tell their sessions: at least those with sockets.
    for (const nsp of this.namespaceTable.byName.values())
      for (const { conn } of nsp.sockets.values()) if (conn.transport.name === "polling") return true;
    return false;
  }

  stopListening(): void {
    this.httpServer?.close();
  }

  connections(): DrainTarget[] {
    const clients = new Set<Client>();
    for (const nsp of this.namespaceTable.byName.values())
      for (const { client } of nsp.sockets.values()) clients.add(client as Client);
    return [...clients].map((client) => ({ close: () => client.shutDown() }));
  }

  finish(keepHttpServer: boolean): Promise<void> {
    return keepHttpServer ? this.closeSessions() : this.close();
  }

  private async closeSessions(): Promise<void> {
    await Promise.allSettled([...this.namespaceTable.byName.values()].map((nsp) => nsp.shutDown()));
    this.engine?.close();
  }

  /** @param given a name; programs without types give numbers, too */
  private namespaceOf(given: unknown): Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
    const text = String(given);
    const name = text.startsWith("/") ? text : `/${text}`;
    const known = this.namespaceTable.byName.get(name) ?? this.namespaceTable.matchPattern(name);
    if (known !== undefined) return known;
    const nsp = new Namespace(this, name);
    this.namespaceTable.byName.set(name, nsp);
    if (name !== "/") this.sockets.announce(nsp);
    return nsp;
  }

  private parentNamespaceOf(
    pattern: RegExp | ParentNspNameMatchFn,
  ): ParentNamespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> {
    const parent = new ParentNamespace(this);
    if (typeof pattern === "function") this.namespaceTable.addMatcher(pattern, parent);
    else this.namespaceTable.addPattern(pattern, parent);
    return parent;
  }

  // Compatibility: names reached from outside

  /** Namespaces by name. */
  get _nsps(): Map<string, Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>> {
    return this.namespaceTable.byName;
  }

  /** Parent namespaces by their matcher. */
  get parentNsps(): Map<ParentNspNameMatchFn, ParentNamespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>> {
    return this.namespaceTable.parents;
  }

  get eio(): Engine {
    return this.engine;
  }

  /** Takes over a session; engines that are not bound hand theirs in here. */
  onconnection(conn: EngineSession): this {
    if (this.acceptsConnections) Client.serve(this, conn);
    else conn.close();
    return this;
  }

  _checkNamespace(
    name: string,
    auth: Auth,
    fn: (nsp: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData> | false) => void,
  ): void {
    this.namespaceTable.find(name, { auth }, (nsp) => fn(nsp ?? false));
  }
}

/** Async: what an adapter throws must not keep the last socket of a namespace from leaving. */
async function closeAdapter(adapter: AdapterLike): Promise<void> {
  await adapter.close();
}

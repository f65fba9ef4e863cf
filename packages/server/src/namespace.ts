import type { Adapter, AdapterLike, Session, SocketId } from "@halyard/adapter";
import { onRejection, throwLater } from "@halyard/engine";
import debugModule from "debug";
import { assertAdapter, describeOldAdapter } from "./adapter-check.js";
import { BroadcastOperator } from "./broadcast-operator.js";
import { Broadcaster } from "./broadcaster.js";
import type { AttemptNamespace, Candidate, ConnectAttempt } from "./connect-attempt.js";
import type { Client } from "./connection.js";
import { type Middleware, runChain } from "./core/middleware.js";
import type { RecoveryRequest } from "./core/recovery.js";
import { assertNotReserved, RESERVED_SERVER_SIDE_EVENTS } from "./core/reserved-events.js";
import { emitEvent } from "./emit-event.js";
import type { HandlerErrorContext } from "./handler-errors.js";
import { nextRun } from "./handler-run.js";
import type { ExtendedError, NamespaceReservedEventsMap } from "./namespace-events.js";
import type { PublicClasses } from "./public-classes.js";
import { Socket } from "./socket.js";
import type { SocketHost } from "./socket-emit.js";
import type {
  DecorateAcknowledgementsWithMultipleResponses,
  DecorateAcknowledgementsWithTimeoutAndMultipleResponses,
  DefaultEventsMap,
  EventNames,
  EventNamesWithoutAck,
  EventParams,
  EventsMap,
  Untyped,
} from "./typed-events.js";

// Compatibility: names reached from outside, by the path of this file
export type { ExtendedError, NamespaceReservedEventsMap, ServerReservedEventsMap } from "./namespace-events.js";

const debug = debugModule("socket.io:namespace");

declare module "./public-classes.js" {
  interface PublicClasses<
    ListenEvents extends EventsMap,
    EmitEvents extends EventsMap,
    ServerSideEvents extends EventsMap,
    SocketData,
  > {
    namespace: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
  }
}

/** What a namespace asks of the server. */
export interface NamespaceHost {
  /** Connection state recovery, null when off. */
  readonly recovery: { readonly skipMiddlewares: boolean } | null;
  readonly settlesAcks: boolean;
  createAdapter(nsp: unknown): AdapterLike;
  /** The last socket of a namespace has left and no other is about to join. */
  onNamespaceEmpty(name: string): void;
  onHandlerError(error: unknown, context: HandlerErrorContext): void;
}

/** The sockets of one path of the server, with rooms, middlewares and broadcast. */
export class Namespace<
  ListenEvents extends EventsMap = DefaultEventsMap,
  EmitEvents extends EventsMap = ListenEvents,
  ServerSideEvents extends EventsMap = DefaultEventsMap,
  SocketData = Untyped,
>
  extends Broadcaster<
    EmitEvents,
    ServerSideEvents,
    SocketData,
    NamespaceReservedEventsMap<ListenEvents, EmitEvents, ServerSideEvents, SocketData>
  >
  implements AttemptNamespace, SocketHost
{
  /** Starts with a slash. */
  readonly name: string;
  /** Connected sockets of this node. */
  readonly sockets: Map<SocketId, Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>> = new Map();
  /** Rooms and broadcast. */
  adapter!: Adapter;
  readonly server: PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, SocketData>["server"];
  /** Next acknowledgement id, for all sockets of the namespace; adapters count on it, too. */
  _ids = 0;
  private readonly namespaceHost: NamespaceHost;
  /** Sockets about to join. */
  private connectAttempts = 0;
  private connectMiddlewares: Middleware<Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>>[] = [];
  /** Live sockets by private session id; only with recovery. */
  private readonly socketsByPid: Map<string, Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>> =
    new Map();

  constructor(server: PublicClasses<ListenEvents, EmitEvents, ServerSideEvents, SocketData>["server"], name: string) {
    super({ captureRejections: true });
    this.server = server;
    this.namespaceHost = server;
    this.name = name;
    this.replaceAdapter();
  }

  /** Adds a middleware for new sockets: `next(err)` refuses the client with the message and `data` of the error. */
  use(
    fn: (
      socket: Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
      next: (err?: ExtendedError) => void,
    ) => void,
  ): this {
    this.connectMiddlewares.push(fn);
    return this;
  }

  /** Emits to all sockets; see BroadcastOperator#emit. */
  override emit<Ev extends EventNamesWithoutAck<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): boolean {
    return this.selectAll().emit(ev, ...(args as never));
  }

  /**
   * Emits an event on this namespace of the other nodes.
   *
   * @throws Error for a reserved event name
   */
  override serverSideEmit<Ev extends EventNames<ServerSideEvents>>(
    ev: Ev,
    ...args: EventParams<DecorateAcknowledgementsWithTimeoutAndMultipleResponses<ServerSideEvents>, Ev>
  ): boolean {
    assertNotReserved(ev, RESERVED_SERVER_SIDE_EVENTS);
    this.watch(this.adapter.serverSideEmit([ev, ...args]), "adapter");
    return true;
  }

  // What attempts and sockets ask.

  get recovery(): NamespaceHost["recovery"] {
    return this.namespaceHost.recovery;
  }

  get settlesAcks(): boolean {
    return this.namespaceHost.settlesAcks;
  }

  /** Nobody is in it, nor about to join. */
  get isEmpty(): boolean {
    return this.sockets.size === 0 && this.connectAttempts === 0;
  }

  nextAckId(): number {
    return this._ids++;
  }

  async restore({ pid, offset }: RecoveryRequest): Promise<Session | null> {
    try {
      // The client came back before its old connection was known to be dead: the newer one replaces it.
      this.socketsByPid.get(pid)?.giveWay();
    } catch (error) {
      throwLater(error); // a listener of the old socket failed: not the business of the new one
    }
    return this.adapter.restoreSession(pid, offset as string);
  }

  createSocket(attempt: ConnectAttempt, session: unknown): Candidate {
    return new Socket(
      this,
      attempt.client as Client<ListenEvents, EmitEvents, ServerSideEvents, SocketData>,
      attempt.givenAuth,
      session as Session | null,
    );
  }

  runMiddlewares(candidate: Candidate, done: (error: Error | null) => void): void {
    if (this.connectMiddlewares.length === 0) return done(null);
    const socket = candidate as Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
    // A tick of its own: what a middleware does after next() comes before the `connection` event.
    const doneLater = (error: unknown): void =>
      process.nextTick(done, typeof error === "string" ? new Error(error) : error);
    const failed = (error: unknown): void => {
      this.onHandlerError(error, { namespace: this.name, socketId: socket.id, event: "use" });
      doneLater(new Error("middleware failure"));
    };
    runChain([...this.connectMiddlewares], socket, doneLater, failed, onRejection);
  }

  accept(candidate: Candidate): void {
    const socket = candidate as Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>;
    if (socket.hasLostSession) {
      socket.abandonJoining(true);
      socket.client.close(); // its client comes back for a new session
      return;
    }
    this.sockets.set(socket.id, socket);
    const { sessionPid } = socket;
    if (sessionPid !== undefined) this.socketsByPid.set(sessionPid, socket);
    socket.onConnected();
    if (!socket.connected) return; // its connection ended meanwhile
    this.emitReserved("connect", socket);
    this.emitReserved("connection", socket);
    nextRun();
  }

  onAttemptStarted(): void {
    debug("adding socket to nsp %s", this.name);
    this.connectAttempts++;
  }

  onAttemptEnded(): void {
    this.connectAttempts--;
    this.tellHostIfEmpty();
  }

  onSocketLeft(socket: unknown): void {
    const { id, sessionPid } = socket as Socket;
    if (this.sockets.get(id) === socket) this.sockets.delete(id);
    if (sessionPid !== undefined && this.socketsByPid.get(sessionPid) === socket) this.socketsByPid.delete(sessionPid);
    this.tellHostIfEmpty();
  }

  onHandlerError(error: unknown, context: HandlerErrorContext): void {
    this.namespaceHost.onHandlerError(error, context);
  }

  /** Reports the rejection of a promise nobody waits for: one of the adapter, or of a handler of `event`. */
  watch(result: unknown, event: string, socketId?: SocketId): void {
    if (result === undefined) return;
    onRejection(result, (error) => this.onHandlerError(error, { namespace: this.name, socketId, event }));
  }

  /** Ends the membership of every socket, and the adapter. A failure of the adapter is not ours. */
  async shutDown(): Promise<void> {
    for (const socket of Array.from(this.sockets.values())) {
      try {
        socket.leaveNamespace("server shutting down", undefined, "server");
      } catch (error) {
        throwLater(error);
      }
    }
    await this.adapter.close();
  }

  /** Makes a new adapter. */
  replaceAdapter(): void {
    const adapter = this.namespaceHost.createAdapter(this);
    assertAdapter(adapter, this.name);
    this.adapter = adapter as Adapter; // or one that extends another copy of that class
    const warning = describeOldAdapter(this.adapter, this.name);
    if (warning !== null) console.warn(warning);
    this.watch(this.adapter.init(), "adapter");
  }

  /** Emits `new_namespace`; called on the main namespace. */
  announce(namespace: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>): void {
    emitEvent(this, ["new_namespace", namespace]);
  }

  /** Emits `handler_error`; called on the main namespace. False when nobody listens. */
  reportHandlerError(error: unknown, context: HandlerErrorContext): boolean {
    return emitEvent(this, ["handler_error", error, context]);
  }

  /** Local listeners of a connection, for the children of a dynamic namespace. */
  copyHandlersTo(child: Namespace<ListenEvents, EmitEvents, ServerSideEvents, SocketData>): void {
    child.connectMiddlewares = [...this.connectMiddlewares];
    for (const event of ["connect", "connection"] as const) {
      for (const listener of this.listeners(event)) child.on(event, listener);
    }
  }

  protected override onListenerRejected(error: unknown, event: string, [socket]: readonly unknown[]): void {
    const socketId = socket instanceof Socket ? socket.id : undefined;
    this.onHandlerError(error, { namespace: this.name, socketId, event });
  }

  override selectAll(): BroadcastOperator<DecorateAcknowledgementsWithMultipleResponses<EmitEvents>, SocketData> {
    return new BroadcastOperator(this);
  }

  private tellHostIfEmpty(): void {
    if (this.isEmpty) this.namespaceHost.onNamespaceEmpty(this.name);
  }

  // Compatibility: names reached from outside

  /** Middlewares of the namespace. */
  get _fns(): Middleware<Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>>[] {
    return this.connectMiddlewares;
  }

  /** The same list by its older name. */
  get fns(): Middleware<Socket<ListenEvents, EmitEvents, ServerSideEvents, SocketData>>[] {
    return this.connectMiddlewares;
  }

  _initAdapter(): void {
    this.replaceAdapter();
  }

  /** An event sent by another node; adapters call this. */
  _onServerSideEmit(args: unknown[]): void {
    emitEvent(this, args);
  }

  _remove(socket: unknown): void {
    this.onSocketLeft(socket);
  }
}

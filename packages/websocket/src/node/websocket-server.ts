import { EventEmitter } from "node:events";
import { STATUS_CODES, createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { judgeRequest, serializeHead, upgradeHead, type AcceptableRequest, type Refusal } from "../core/handshake.js";
import { acceptOffer, type PerMessageDeflateOptions } from "../core/permessage-deflate.js";
import { admit } from "./admission.js";
import { ConnectionGate } from "./connection-gate.js";
import { assertCompressionOptions, createCompression } from "./compression.js";
import { nextTick } from "./event-loop.js";
import { endWith, refuse } from "./refusal.js";
import {
  DEFAULT_ADMISSION_TIMEOUT_MS,
  assertServerOptions,
  withDefaults,
  type ServerOptions,
} from "./server-options.js";
import { isInUse } from "./socket-reader.js";
import { routeUpgrades } from "./upgrade-router.js";
import { WebSocket, attachConnection } from "./websocket.js";

/** The events of a `WebSocketServer` and what their listeners get. */
export interface WebSocketServerEvents {
  connection: [socket: WebSocket, request: IncomingMessage];
  /** Lines of the 101 response, about to be sent; listeners may add to them. */
  headers: [lines: string[], request: IncomingMessage];
  listening: [];
  error: [error: Error];
  close: [];
  /** A request is refused; with a listener, answering and ending the socket is the listener's task. */
  wsClientError: [error: Error, socket: Duplex, request: IncomingMessage];
}

type UpgradeDone = (socket: WebSocket, request: IncomingMessage) => void;

/** Accepts WebSocket connections over an HTTP server (RFC 6455 §4.2). Its API is that of `ws`. */
export class WebSocketServer extends EventEmitter<WebSocketServerEvents> {
  readonly options: ServerOptions;
  /** The path of `options`. Free to be assigned, as NestJS does: what is answered is told by `options`. */
  path: string | undefined;
  /** Open connections; undefined without `clientTracking`. */
  readonly clients: Set<WebSocket> | undefined;
  private readonly deflateOptions: PerMessageDeflateOptions | null;
  private readonly connectionGate: ConnectionGate;
  private serverState: "running" | "closing" | "closed" = "running";
  private stopListening: (() => void) | null = null;
  /** The request that `shouldHandle` has just said yes to. */
  private routedRequest: IncomingMessage | null = null;

  /**
   * @param listener called when the server's own HTTP server listens
   * @throws {TypeError} unless exactly one of `port`, `server` and `noServer` is given
   */
  constructor(options: ServerOptions, listener?: () => void) {
    super();
    this.options = withDefaults(options);
    this.path = this.options.path;
    assertServerOptions(this.options);
    const { clientTracking, perMessageDeflate, maxConnections, maxPendingAdmissions } = this.options;
    this.clients = clientTracking ? new Set() : undefined;
    this.deflateOptions = perMessageDeflate === true ? {} : perMessageDeflate || null;
    if (this.deflateOptions !== null) assertCompressionOptions(this.deflateOptions);
    this.connectionGate = new ConnectionGate(maxConnections ?? 0, maxPendingAdmissions ?? 0);
    const { port, host, backlog, server } = this.options;
    if (server !== undefined) this.listenTo(server);
    if (port === undefined) return;
    this.options.server = createServer(requireUpgrade);
    this.options.server.listen(port, host, backlog, listener); // the listener hears of it before those of the event
    this.listenTo(this.options.server);
  }

  /** Where the HTTP server listens; null after `close`. @throws {Error} with `noServer` */
  address(): AddressInfo | string | null {
    if (this.options.noServer) throw new Error('The server is operating in "noServer" mode');
    return this._server?.address() ?? null;
  }

  /** Whether a request is for this server; may be overridden. */
  shouldHandle(request: IncomingMessage): boolean {
    const { path } = this.options;
    if (path === undefined || path === "") return true;
    const url = request.url ?? "";
    const query = url.indexOf("?");
    return (query === -1 ? url : url.slice(0, query)) === path;
  }

  /**
   * Accepts no more connections; those that are there are left alone. `close` comes when the last one has gone.
   *
   * @param done called after that, with an error when the server was closed already
   */
  close(done?: (error?: Error) => void): void {
    if (this.serverState === "closed") {
      if (done !== undefined) this.once("close", () => done(new Error("The server is not running")));
      nextTick(() => this.emit("close")); // again, as with `ws`
      return;
    }
    if (done !== undefined) this.once("close", () => done());
    if (this.serverState === "closing") return;
    this.serverState = "closing";
    this.stopListening?.();
    const { server, port } = this.options;
    if (port !== undefined && server !== undefined) server.close(() => this.onServerClosed());
    else if (this.clients === undefined || this.clients.size === 0) nextTick(() => this.onServerClosed());
  }

  /**
   * Answers an upgrade request.
   *
   * @param head first bytes of the client behind its request
   * @param done called with the open connection; bytes in `head` are handled after it
   * @throws {Error} for a socket that was given before
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer, done: UpgradeDone): void {
    socket.on("error", ignore);
    const judged = judgeRequest(request);
    if (judged.tag === "refused") return this.rejectUpgrade(judged, request, socket);
    if (this.routedRequest !== request && !this.shouldHandle(request)) return refuse(socket, 400);
    if (this.connectionGate.isFull) return refuse(socket, 503);
    const { verifyClient, admissionTimeout: deadlineMs = DEFAULT_ADMISSION_TIMEOUT_MS } = this.options;
    const complete = (): void => this.finishUpgrade(judged, request, socket, head, done);
    if (verifyClient) admit(request, socket, { verifyClient, deadlineMs, gate: this.connectionGate }, complete);
    else complete();
  }

  private finishUpgrade(
    judged: AcceptableRequest,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
    done: UpgradeDone,
  ): void {
    if (!socket.readable || !socket.writable) return void socket.destroy(); // gone meanwhile
    if (isInUse(socket)) throw new Error(TWICE);
    if (this.serverState !== "running") return refuse(socket, 503);
    const accepted = this.deflateOptions === null ? null : acceptOffer(judged.extensions, this.deflateOptions);
    const subprotocol = this.chooseSubprotocol(judged, request);
    const extensions = accepted?.header ?? "";
    const lines = upgradeHead(judged.key, subprotocol, extensions);
    this.emit("headers", lines, request);
    const responseHead = joinHead(lines);
    if (responseHead === null) return refuse(socket, 500);
    const compression =
      accepted === null || this.deflateOptions === null
        ? null
        : createCompression("server", accepted.params, this.deflateOptions);
    const webSocket = new (this.options.WebSocket ?? WebSocket)(null, undefined, this.options);
    this.trackClient(webSocket);
    socket.off("error", ignore);
    attachConnection(webSocket, { socket, head, subprotocol, extensions, compression }, responseHead);
    done(webSocket, request);
  }

  private chooseSubprotocol(judged: AcceptableRequest, request: IncomingMessage): string {
    if (judged.subprotocols.size === 0) return "";
    const { handleProtocols } = this.options;
    if (handleProtocols) {
      const chosen = handleProtocols(new Set(judged.subprotocols), request) || "";
      return judged.subprotocols.has(chosen) ? chosen : ""; // a client fails the connection on any other (§4.1)
    }
    const [first = ""] = judged.subprotocols;
    return first;
  }

  private trackClient(webSocket: WebSocket): void {
    if (this.clients === undefined && !this.connectionGate.isLimited) return;
    this.clients?.add(webSocket);
    this.connectionGate.enter();
    webSocket.on("close", () => this.untrackClient(webSocket));
  }

  private untrackClient(webSocket: WebSocket): void {
    this.connectionGate.leave();
    if (this.clients?.delete(webSocket) !== true || this.clients.size > 0) return;
    if (this.serverState === "closing" && this.options.port === undefined) nextTick(() => this.onServerClosed());
  }

  private rejectUpgrade(refusal: Refusal, request: IncomingMessage, socket: Duplex): void {
    if (this.listenerCount("wsClientError") > 0) {
      this.emit("wsClientError", new Error(refusal.message), socket, request);
    } else {
      endWith(socket, refusal);
    }
  }

  private listenTo(server: NonNullable<ServerOptions["server"]>): void {
    const onListening = (): void => void this.emit("listening");
    const onError = (error: Error): void => void this.emit("error", error);
    const stopRouting = routeUpgrades(server, {
      shouldHandle: (request) => this.shouldHandle(request),
      onUpgrade: (request, socket, head) => {
        this.routedRequest = request;
        try {
          this.handleUpgrade(request, socket, head, (webSocket) => void this.emit("connection", webSocket, request));
        } finally {
          this.routedRequest = null;
        }
      },
    });
    server.on("listening", onListening);
    server.on("error", onError);
    this.stopListening = () => {
      server.off("listening", onListening);
      server.off("error", onError);
      stopRouting();
    };
  }

  private onServerClosed(): void {
    if (this.serverState === "closed") return;
    this.serverState = "closed";
    this.emit("close");
  }

  // Compatibility: names reached from outside. Views of the real owner, no state here.
  get _server(): ServerOptions["server"] | null {
    return this.serverState === "running" ? this.options.server : null;
  }

  get _state(): 0 | 1 | 2 {
    return STATES[this.serverState];
  }
}

/** null when a `headers` listener wrote what must not be sent. */
function joinHead(lines: readonly string[]): string | null {
  try {
    return serializeHead(lines);
  } catch {
    return null;
  }
}

/** Plain requests to a server of our own. */
function requireUpgrade(_request: IncomingMessage, response: ServerResponse): void {
  const body = STATUS_CODES[426] ?? "";
  response.writeHead(426, {
    "Content-Length": body.length,
    "Content-Type": "text/plain",
    Connection: "Upgrade, close",
    Upgrade: "websocket",
  });
  response.end(body);
}

function ignore(): void {}

const TWICE =
  "server.handleUpgrade() was called more than once with the same socket, possibly due to a misconfiguration";
const STATES = { running: 0, closing: 1, closed: 2 } as const;

import webSocket from "@halyard/websocket";
import { turn } from "@halyard/websocket/turn";
import type { IncomingMessage, OutgoingHttpHeaders, Server as HttpServer, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { inspect } from "node:util";
import { isAnswered } from "./answered.js";
import { BaseServer } from "./base-server.js";
import type { EngineError } from "./errors.js";
import { endBegun, headerLines, refuseRequest, refuseUpgrade } from "./http-errors.js";
import type { Headers } from "./http-exchange.js";
import { routeRequests, routeUpgrades } from "./http-routes.js";
import { NodeExchange } from "./node-exchange.js";
import { type AttachOptions, attachPath, type ServerOptions } from "./options.js";
import { afterEarlierReply, isTooLate } from "./owed-replies.js";
import { parseQuery, protocolOf } from "./query.js";
import type { EngineRequest } from "./request.js";
import { ForeignWebSocketTransport } from "./transports/foreign-websocket.js";
import type { Transport } from "./transports/transport.js";
import { type AnyWebSocket, isDirect, type WebSocketServerLike } from "./transports/websocket-port.js";
import { WebSocketTransport } from "./transports/websocket.js";
import { UpgradeResponse } from "./upgrade-response.js";
import { logger } from "./log.js";

const debug = logger("engine");

/** An Engine.IO server on `node:http`, `node:https` or `node:http2` with `allowHTTP1`. */
export class Server extends BaseServer {
  /** The HTTP server the engine was attached to. */
  httpServer?: HttpServer;
  /** The WebSocket server behind it. */
  ws?: WebSocketServerLike;
  /** Headers of middlewares that wait for their 101. */
  private readonly pendingHeaders: WeakMap<IncomingMessage, OutgoingHttpHeaders> = new WeakMap();

  constructor(options?: ServerOptions) {
    super(options);
    this.init();
  }

  /** Handles a request for this engine, for frameworks that route by themselves. */
  handleRequest(req: IncomingMessage, res: ServerResponse): void {
    if (isTooLate(req)) return;
    debug('handling "%s" http request "%s"', req.method, req.url);
    turn.beginRead();
    this.prepare(req);
    req.res = res;
    this.gate.admit(req, res, res, false, (error) => {
      if (error !== null) {
        this.refuseRequest(req, res, error);
      } else if (!isAnswered(res) && !res.destroyed && !isTooLate(req)) {
        this.dispatch(new NodeExchange(req, res), (refusal) => this.refuseRequest(req, res, refusal));
      }
    });
  }

  /** Handles an upgrade for this engine. */
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    // First of all: the peer may reset the connection at any moment, also while others decide.
    socket.on("error", ignore);
    afterEarlierReply(socket, () => this.beginUpgrade(req, socket, head));
  }

  private beginUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (!socket.writable) {
      socket.destroy(); // that reply was the last one
      return;
    }
    this.prepare(req);
    const response = this.gate.middlewares.length === 0 ? null : new UpgradeResponse(req, socket);
    this.gate.admit(req, response, socket, true, (error) => {
      if (error === null) {
        this.acceptUpgrade(req, socket, head, response);
      } else {
        this.rejectUpgrade(req, socket, error, response);
      }
    });
  }

  /**
   * Takes over a connection whose opening handshake is done, for frameworks that upgrade by themselves.
   *
   * @param socket unused, kept for those who pass it
   */
  onWebSocket(req: IncomingMessage, _socket: Duplex | null, connection: AnyWebSocket): void {
    this.prepare(req);
    const sid = req._query["sid"];
    if (req._query["transport"] !== "websocket") {
      connection.close();
    } else if (sid) {
      this.offerUpgrade(sid, req, connection);
    } else {
      this.gate.assignId(req, (error, id) => {
        if (error === null) {
          this.beginSession(id, req, connection);
        } else {
          this.reportError(req, error);
          connection.close();
        }
      });
    }
  }

  /** Reads what a request says to the engine (`req._query`), once. */
  prepare(req: IncomingMessage): asserts req is EngineRequest {
    const request = req as Partial<EngineRequest>;
    request._query ??= parseQuery(req.url ?? "");
  }

  /**
   * Handles the requests of an HTTP server that are for this engine; others go to the listeners that were there before. Warns
   * (`HALYARD_PATH`) when another engine answers there.
   */
  attach(server: HttpServer, options: AttachOptions = {}): void {
    const path = attachPath(options);
    server.on("close", () => this.close());
    server.on("listening", () => this.init());
    routeRequests(server, path, this);
    if (this.opts.transports.includes("websocket")) routeUpgrades(server, path, this, options);
  }

  /** The name upstream has. */
  private init(): void {
    if (!this.opts.transports.includes("websocket")) return;
    this.ws?.close();
    const WebSocketServer = this.opts.wsEngine ?? webSocket.Server;
    if (typeof WebSocketServer !== "function") {
      throw new TypeError(`wsEngine must be a class like the Server of ws, got ${inspect(WebSocketServer)}`);
    }
    const server = new WebSocketServer({
      noServer: true,
      clientTracking: false,
      perMessageDeflate: this.opts.perMessageDeflate,
      maxPayload: this.opts.maxHttpBufferSize,
    }) as WebSocketServerLike;
    server.on?.("headers", (lines, req) => this.addUpgradeHeaders(lines, req));
    this.ws = server;
  }

  protected override cleanup(): void {
    debug("closing webSocketServer");
    turn.flushAll(); // the last ones, before somebody destroys the connections
    this.ws?.close();
  }

  private refuseRequest(req: EngineRequest, res: ServerResponse, error: EngineError): void {
    this.reportError(req, error);
    refuseRequest(req, res, error);
  }

  private acceptUpgrade(req: EngineRequest, socket: Duplex, head: Buffer, response: UpgradeResponse | null): void {
    if (socket.destroyed || (response !== null && isAnswered(response))) return;
    const sid = req._query["sid"];
    if (sid) {
      this.completeUpgrade(req, socket, head, response, (connection) => this.offerUpgrade(sid, req, connection));
      return;
    }
    this.gate.assignId(req, (error, id) => {
      if (error !== null) {
        this.rejectUpgrade(req, socket, error, response);
      } else {
        this.completeUpgrade(req, socket, head, response, (connection) => this.beginSession(id, req, connection));
      }
    });
  }

  private completeUpgrade(
    req: EngineRequest,
    socket: Duplex,
    head: Buffer,
    response: UpgradeResponse | null,
    done: (connection: AnyWebSocket) => void,
  ): void {
    const { ws } = this;
    if (ws === undefined || socket.destroyed) {
      socket.destroy();
      return;
    }
    if (response !== null) this.pendingHeaders.set(req, response.accept());
    let isTaken = false;
    try {
      ws.handleUpgrade(req, socket, head, (connection) => {
        isTaken = true;
        socket.removeListener("error", ignore); // the connection has its own from here on
        done(connection);
      });
    } catch (error) {
      if (isTaken) {
        throw error; // of a listener
      }
      debug("another engine has answered the upgrade: %o", error); // attach() has warned of it
    }
  }

  private rejectUpgrade(
    req: EngineRequest,
    socket: Duplex,
    error: EngineError,
    response: UpgradeResponse | null,
  ): void {
    this.reportError(req, error);
    if (response !== null && isAnswered(response)) {
      endBegun(response);
    } else {
      refuseUpgrade(socket, error, response?.accept() ?? {});
    }
  }

  /** A connection for a session that exists. One that comes too late is closed: stock clients expect that. */
  private offerUpgrade(sid: string, req: EngineRequest, connection: AnyWebSocket): void {
    const session = this.findSession(sid);
    if (session === undefined) {
      debug("upgrade attempt for closed client");
      connection.close();
    } else {
      session.offer(this.webSocketTransport(req, connection));
    }
  }

  private beginSession(id: string, req: EngineRequest, connection: AnyWebSocket): void {
    // The request first: whoever reaches for `_socket` makes our WebSocket write its response at once.
    const remoteAddress = req.socket.remoteAddress ?? connection._socket?.remoteAddress;
    this.handshake(id, this.webSocketTransport(req, connection), req, remoteAddress);
    if (!this.watchesRequests) this.findSession(id)?.packRequest();
  }

  private webSocketTransport(req: EngineRequest, connection: AnyWebSocket): Transport {
    const { perMessageDeflate } = this.opts;
    const threshold = perMessageDeflate === false ? Infinity : (perMessageDeflate.threshold ?? 0);
    const protocol = protocolOf(req._query);
    return isDirect(connection)
      ? new WebSocketTransport(connection, req, protocol, threshold)
      : new ForeignWebSocketTransport(connection, req, protocol, threshold);
  }

  /** Adds the headers of middlewares and of listeners to a 101. */
  private addUpgradeHeaders(lines: string[], req: EngineRequest): void {
    const ofMiddlewares = this.pendingHeaders.get(req);
    if (ofMiddlewares === undefined && !this.watchesHeaders) return;
    const headers: OutgoingHttpHeaders = {};
    for (const [name, value] of Object.entries(ofMiddlewares ?? {})) {
      if (name.toLowerCase() === "set-cookie") {
        lines.push(...headerLines({ [name]: value })); // those of listeners come on top
      } else {
        headers[name] = value;
      }
    }
    this.pendingHeaders.delete(req);
    if (this.watchesHeaders) this.emitHeaders(headers as Headers, req);
    lines.push(...headerLines(headers));
  }
}

function ignore(): void {}

import { isAnswered } from "../answered.js";
import { BaseServer } from "../base-server.js";
import type { EngineError } from "../errors.js";
import { endBegun, errorBody } from "../http-errors.js";
import type { Headers } from "../http-exchange.js";
import { logger } from "../log.js";
import { type AttachOptions, attachPath, DEFAULT_THRESHOLD_BYTES } from "../options.js";
import { protocolOf } from "../query.js";
import type { EngineRequest } from "../request.js";
import { UwsExchange } from "./uws-exchange.js";
import type { UwsApp, UwsHttpRequest, UwsHttpResponse, UwsWebSocket } from "./uws-port.js";
import { copyRequest, isEncrypted } from "./uws-request.js";
import { UwsResponse } from "./uws-response.js";
import { UwsUpgrade } from "./uws-upgrade.js";
import { UwsWebSocketTransport } from "./uws-websocket.js";

const debug = logger("engine:uws");

/** Options of a websocket route of uWebSockets.js. */
export interface uOptions {
  /** permessage-deflate, a constant of uWebSockets.js; default off. The option `perMessageDeflate` has the threshold. */
  compression?: number;
  /** After this time without a message the connection is closed, in seconds; default 120. */
  idleTimeout?: number;
  /** Bytes that may wait in a websocket; default `maxBufferedAmount` and one message. */
  maxBackpressure?: number;
}

/** What a websocket carries from its upgrade to its end. */
interface UserData {
  readonly request: EngineRequest;
  /** id of the new session; `null` when the connection is for an old one */
  readonly id: string | null;
  transport: UwsWebSocketTransport | null;
  /** Of middlewares that wait for its `close`. */
  response: UwsResponse | null;
}

/** An Engine.IO server on an application of uWebSockets.js. */
export class uServer extends BaseServer {
  private deflateThreshold = Infinity;
  private isTlsApp = false;

  /** Handles the requests of an application that are for this engine. */
  attach(app: UwsApp, options: AttachOptions & uOptions = {}): void {
    const path = attachPath(options);
    this.isTlsApp = isEncrypted(app);
    app.any(path, (res, req) => this.handleRequest(res, req));
    if (!this.opts.transports.includes("websocket")) return;
    if (options.compression) {
      const { perMessageDeflate } = this.opts;
      this.deflateThreshold = perMessageDeflate ? (perMessageDeflate.threshold ?? 0) : DEFAULT_THRESHOLD_BYTES;
    }
    const { compression, idleTimeout = 120, maxBackpressure = this.maxBufferedAmount * 2 } = options;
    app.ws(path, {
      ...(compression === undefined ? {} : { compression }),
      idleTimeout,
      maxBackpressure,
      maxPayloadLength: this.opts.maxHttpBufferSize,
      upgrade: (res, req, context) => this.handleUpgrade(res, req, context),
      open: (ws) => this.onOpen(ws),
      message: (ws, message, isBinary) => dataOf(ws).transport?.onMessage(message, isBinary),
      drain: (ws) => dataOf(ws).transport?.onDrain(),
      close: (ws) => this.onClose(dataOf(ws)),
    });
  }

  protected override cleanup(): void {}

  private handleRequest(res: UwsHttpResponse, req: UwsHttpRequest): void {
    const request = copyRequest(req, res, this.isTlsApp);
    debug('handling "%s" http request "%s"', request.method, request.url);
    const exchange = new UwsExchange(request, res, this.maxBodyBytes, () => response.emit("close"));
    const response: UwsResponse = new UwsResponse(
      request,
      (status, headers, body) => exchange.send(status, headers, body),
      () => exchange.destroy(),
    );
    this.gate.admit(request, response, response, false, (error) => {
      if (exchange.isDone) return;
      if (request.destroyed) {
        exchange.destroy(); // by a middleware
        return;
      }
      if (this.gate.middlewares.length > 0) exchange.through = response;
      if (error !== null) {
        this.refuse(request, exchange, error);
      } else if (!isAnswered(response)) {
        this.dispatch(exchange, (refusal) => this.refuse(request, exchange, refusal));
      }
    });
  }

  private refuse(request: EngineRequest, exchange: UwsExchange, error: EngineError): void {
    this.reportError(request, error);
    const { through } = exchange;
    if (through !== null && isAnswered(through)) {
      endBegun(through);
    } else {
      exchange.reply(error.httpStatus, { "Content-Type": "application/json" }, errorBody(error));
    }
  }

  private handleUpgrade(res: UwsHttpResponse, req: UwsHttpRequest, context: object): void {
    const request = copyRequest(req, res, this.isTlsApp);
    const upgrade = new UwsUpgrade(request, res, context);
    const conclude = (error: EngineError | null, id: string | null): void => {
      if (request.destroyed) {
        upgrade.close(); // by a middleware
      }
      if (!upgrade.isDone) this.completeUpgrade(upgrade, error, { request, id, transport: null, response: null });
    };
    this.gate.admit(request, upgrade.response, upgrade.response, true, (error) => {
      if (error !== null || request._query["sid"]) {
        conclude(error, null);
      } else {
        this.gate.assignId(request, conclude);
      }
    });
  }

  private completeUpgrade(upgrade: UwsUpgrade, error: EngineError | null, data: UserData): void {
    const { request } = data;
    const { response } = upgrade;
    if (isAnswered(response)) {
      if (error !== null) {
        this.reportError(request, error);
        endBegun(response);
      }
      return; // a middleware has begun to answer
    }
    const status = error === null ? 101 : error.httpStatus;
    const ofMiddlewares = this.gate.middlewares.length === 0 ? {} : response.takeHeaders(status);
    if (error !== null) {
      this.reportError(request, error);
      upgrade.refuse(error, ofMiddlewares);
      return;
    }
    const ofListeners: Headers = {};
    if (this.watchesHeaders) this.emitHeaders(ofListeners, request);
    if (response.listenerCount("close") > 0) {
      data.response = response; // otherwise it would be kept as long as the connection
    }
    upgrade.accept(data, ofMiddlewares, ofListeners);
  }

  private onClose({ transport, response }: UserData): void {
    transport?.onClose();
    response?.emit("close");
  }

  private onOpen(ws: UwsWebSocket): void {
    const data = dataOf(ws);
    const { request, id } = data;
    const sid = request._query["sid"] ?? "";
    const session = id === null ? this.findSession(sid) : undefined;
    if (id === null && session === undefined) {
      ws.end();
      return;
    }
    const transport = new UwsWebSocketTransport(ws, request, protocolOf(request._query), this.deflateThreshold);
    data.transport = transport;
    if (id === null) {
      session?.offer(transport);
    } else {
      this.handshake(id, transport, request, request.socket.remoteAddress);
    }
  }
}

function dataOf(ws: UwsWebSocket): UserData {
  return ws.getUserData() as UserData;
}

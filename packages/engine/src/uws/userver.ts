import { BaseServer } from "../base-server.js";
import type { EngineError } from "../errors.js";
import { errorBody } from "../http-errors.js";
import type { Headers } from "../http-exchange.js";
import { logger } from "../log.js";
import { type AttachOptions, attachPath } from "../options.js";
import { protocolOf } from "../query.js";
import type { EngineRequest } from "../request.js";
import { UwsExchange, writeUwsHead } from "./uws-exchange.js";
import type { UwsApp, UwsHttpRequest, UwsHttpResponse, UwsWebSocket } from "./uws-port.js";
import { copyRequest } from "./uws-request.js";
import { UwsResponse } from "./uws-response.js";
import { UwsWebSocketTransport } from "./uws-websocket.js";

const debug = logger("engine:uws");

/** Options of a websocket route of uWebSockets.js. */
export interface uOptions {
  /** permessage-deflate, a constant of uWebSockets.js; default off. */
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
}

/** An Engine.IO server on an application of uWebSockets.js. */
export class uServer extends BaseServer {
  /** Handles the requests of an application that are for this engine. */
  attach(app: UwsApp, options: AttachOptions & uOptions = {}): void {
    const path = attachPath(options);
    app.any(path, (res, req) => this.handleRequest(res, req));
    if (!this.opts.transports.includes("websocket")) {
      return;
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
      close: (ws) => dataOf(ws).transport?.onClose(),
    });
  }

  protected override cleanup(): void {}

  private handleRequest(res: UwsHttpResponse, req: UwsHttpRequest): void {
    const request = copyRequest(req, res);
    debug('handling "%s" http request "%s"', request.method, request.url);
    const exchange = new UwsExchange(request, res, this.maxBodyBytes, () => response.emit("close"));
    const response: UwsResponse = new UwsResponse(request, (status, headers, body) =>
      exchange.reply(status, headers, body),
    );
    this.gate.admit(request, response, response, false, (error) => {
      if (exchange.isDone) {
        return;
      }
      if (request.destroyed) {
        exchange.destroy(); // by a middleware
        return;
      }
      exchange.others = this.gate.middlewares.length === 0 ? {} : response.takeHeaders(200);
      const refuse = (refusal: EngineError): void => this.refuse(request, exchange, refusal);
      if (error === null) {
        this.dispatch(exchange, refuse);
      } else {
        refuse(error);
      }
    });
  }

  private refuse(request: EngineRequest, exchange: UwsExchange, error: EngineError): void {
    this.reportError(request, error);
    exchange.reply(error.httpStatus, { "Content-Type": "application/json" }, errorBody(error));
  }

  private handleUpgrade(res: UwsHttpResponse, req: UwsHttpRequest, context: object): void {
    const request = copyRequest(req, res);
    let isDone = false;
    res.onAborted(() => {
      isDone = true;
      response.emit("close");
    });
    const answer = (status: number, headers: Headers, body: string | Buffer): void => {
      if (!isDone) {
        isDone = true;
        res.cork(() => {
          writeUwsHead(res, status, headers);
          res.end(body, true);
        });
      }
    };
    const response: UwsResponse = new UwsResponse(request, answer);
    const conclude = (error: EngineError | null, id: string | null): void => {
      if (isDone) {
        return;
      }
      if (request.destroyed) {
        isDone = true;
        res.close();
        return;
      }
      const headers = this.gate.middlewares.length === 0 ? {} : response.takeHeaders(error === null ? 101 : 400);
      if (error !== null) {
        this.reportError(request, error);
        answer(400, { ...headers, "Content-Type": "application/json" }, errorBody(error));
        return;
      }
      isDone = true;
      this.completeUpgrade(res, context, headers, { request, id, transport: null });
    };
    this.gate.admit(request, response, response, true, (error) => {
      if (error !== null || request._query["sid"]) {
        conclude(error, null);
      } else {
        this.gate.assignId(request, conclude);
      }
    });
  }

  private completeUpgrade(res: UwsHttpResponse, context: object, headers: Headers, data: UserData): void {
    const { request } = data;
    const own: Headers = {};
    if (this.watchesHeaders) {
      this.emitHeaders(own, request);
    }
    const header = (name: string): string => String(request.headers[name] ?? "");
    res.cork(() => {
      writeUwsHead(res, 101, headers, own);
      const protocol = header("sec-websocket-protocol");
      res.upgrade(data, header("sec-websocket-key"), protocol, header("sec-websocket-extensions"), context);
    });
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
    const transport = new UwsWebSocketTransport(ws, request, protocolOf(request._query));
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

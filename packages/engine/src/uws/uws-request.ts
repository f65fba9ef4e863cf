import { IncomingMessage } from "node:http";
import type { Socket as TcpSocket } from "node:net";
import { parseQuery } from "../query.js";
import type { EngineRequest } from "../request.js";
import type { UwsApp, UwsHttpRequest, UwsHttpResponse } from "./uws-port.js";

/** A request whose socket is none: when a middleware destroys it, whoever has the response closes the connection. */
class UwsRequest extends IncomingMessage {
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    done(this.listenerCount("error") > 0 ? error : null);
  }
}

/** Whether clients reach an application by TLS. uWebSockets.js tells by the names of its classes only: `uWS.App`, `uWS.SSLApp`. */
export function isEncrypted(app: UwsApp): boolean {
  return /SSL|H3/.test(app.constructor.name);
}

/**
 * Copies a request, which uWebSockets.js takes back when its handler returns, into one of `node:http`.
 *
 * @param encrypted whether it came by TLS
 */
export function copyRequest(req: UwsHttpRequest, res: UwsHttpResponse, encrypted: boolean): EngineRequest {
  const remoteAddress = Buffer.from(res.getRemoteAddressAsText()).toString();
  const request = new UwsRequest({ remoteAddress, encrypted } as unknown as TcpSocket);
  const query = req.getQuery();
  const url = query === "" ? req.getUrl() : `${req.getUrl()}?${query}`;
  const headers: Record<string, string> = {};
  const rawHeaders: string[] = [];
  req.forEach((name, value) => {
    headers[name] = Object.hasOwn(headers, name) ? `${headers[name]}${name === "cookie" ? "; " : ", "}${value}` : value;
    rawHeaders.push(name, value);
  });
  return Object.assign(request, {
    method: req.getMethod().toUpperCase(),
    url,
    httpVersion: "1.1",
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    headers,
    rawHeaders,
    _query: parseQuery(url),
  });
}

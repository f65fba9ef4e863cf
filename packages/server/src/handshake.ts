import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import type { ParsedUrlQuery } from "node:querystring";
import type { Untyped } from "./typed-events.js";

/** The auth payload of a CONNECT packet. */
export type Auth = Record<string, unknown>;

/** Facts about the first request and the CONNECT packet of a socket. */
export interface Handshake {
  /** Headers of the first HTTP request of the connection. */
  headers: IncomingHttpHeaders;
  /** When the namespace was asked for, as `Date` prints it. */
  time: string;
  /** Remote IP address. */
  address: string;
  /** Whether the request carried an Origin. */
  xdomain: boolean;
  /** Whether the connection is encrypted. */
  secure: boolean;
  /** When the namespace was asked for, in ms since the epoch. */
  issued: number;
  /** URL of the request, query included. */
  url: string;
  /** Query of the request. */
  query: ParsedUrlQuery;
  /** What the client passed as `auth`. */
  auth: { [key: string]: Untyped };
}

/** Builds the handshake of a socket from the request the engine kept. */
export function buildHandshake(
  request: (IncomingMessage & { _query?: ParsedUrlQuery }) | undefined,
  remoteAddress: string | undefined,
  auth: Auth,
  issuedMs: number,
): Handshake {
  const headers = request?.headers ?? {};
  return {
    headers,
    time: String(new Date(issuedMs)),
    address: remoteAddress as string, // WebTransport has none
    xdomain: Boolean(headers.origin),
    // WebTransport has no request, and is always encrypted.
    secure: request === undefined || request === null || isEncrypted(request),
    issued: issuedMs,
    url: request?.url as string,
    query: request?._query ?? {},
    auth,
  };
}

function isEncrypted(request: IncomingMessage): boolean {
  return Boolean((request.socket as { encrypted?: boolean } | null | undefined)?.encrypted);
}

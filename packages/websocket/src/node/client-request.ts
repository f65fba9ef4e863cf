import { request as httpRequest, type ClientRequest, type OutgoingHttpHeaders, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect as netConnect, isIP, type NetConnectOpts } from "node:net";
import { connect as tlsConnect, type ConnectionOptions } from "node:tls";
import { isSameOrigin, type ClientTarget } from "../core/client-url.js";
import { formatOffer, type PerMessageDeflateOptions } from "../core/permessage-deflate.js";

/**
 * Options of a client's opening handshake. What is not named here goes to `http.request` and `tls.connect` as it is: `agent`, `auth`,
 * `ca`, `cert`, `createConnection`, `family`, `localAddress`, `lookup`, `rejectUnauthorized`, `servername`, ...
 */
export interface ClientHandshakeOptions
  extends Omit<RequestOptions, "protocol">, Omit<ConnectionOptions, "host" | "path" | "port" | "timeout"> {
  /** Headers of the request besides those of RFC 6455. Not sent to another origin on a redirect. */
  headers?: OutgoingHttpHeaders | undefined;
  /** Value of the `Origin` header. */
  origin?: string | undefined;
  /** 13 (default) or 8, a draft whose frames are the same. */
  protocolVersion?: number | undefined;
  /** Default true, with the defaults of {@link PerMessageDeflateOptions}. */
  perMessageDeflate?: boolean | PerMessageDeflateOptions | undefined;
  /** Time for each request up to its response, in milliseconds. Default: none. */
  handshakeTimeout?: number | undefined;
  /** Follow redirects. Default false. */
  followRedirects?: boolean | undefined;
  /** Redirects to follow at most. Default 10. */
  maxRedirects?: number | undefined;
}

/** What one request of a handshake says. */
export interface HandshakeRequest {
  readonly target: ClientTarget;
  /** `Sec-WebSocket-Key` */
  readonly key: string;
  readonly subprotocols: readonly string[];
  /** null to offer no extension. */
  readonly perMessageDeflate: PerMessageDeflateOptions | null;
}

/** Creates the request of an opening handshake (RFC 6455 §4.1); it is not ended yet, so that headers can be changed. */
export function createRequest(handshake: HandshakeRequest, options: ClientHandshakeOptions): ClientRequest {
  const { target } = handshake;
  const send = target.isSecure ? httpsRequest : httpRequest;
  return send({
    ...withoutTarget(options),
    // Without it Node would queue the handshake in a shared agent, behind requests that may take long.
    createConnection: options.createConnection ?? (target.isSecure ? connectTls : connectTcp),
    method: "GET",
    // An empty name makes node:http write "localhost".
    host: target.host === "" ? null : target.host,
    port: target.url.port === "" ? target.port : target.url.port, // a string when it was given, as agents of `ws`'s users expect
    defaultPort: options.defaultPort || (target.isSecure ? 443 : 80),
    path: target.path,
    ...(target.socketPath === null ? {} : { socketPath: target.socketPath }),
    ...(target.auth === null ? {} : { auth: target.auth }),
    headers: headersOf(handshake, options),
  });
}

/**
 * Options for the request after a redirect: what was meant for one origin (headers, credentials, client certificate) is not told to another,
 * nor over a plain connection when it was given for a secure one.
 */
export function optionsForRedirect(
  options: ClientHandshakeOptions,
  from: ClientTarget,
  to: ClientTarget,
): ClientHandshakeOptions {
  if (isSameOrigin(from, to)) return options;
  return {
    ...options,
    headers: {},
    auth: undefined,
    cert: undefined,
    key: undefined,
    pfx: undefined,
    passphrase: undefined,
  };
}

function headersOf(handshake: HandshakeRequest, options: ClientHandshakeOptions): OutgoingHttpHeaders {
  const headers: OutgoingHttpHeaders = {
    ...options.headers,
    "Sec-WebSocket-Version": options.protocolVersion ?? 13,
    "Sec-WebSocket-Key": handshake.key,
    Connection: "Upgrade",
    Upgrade: "websocket",
  };
  if (handshake.perMessageDeflate !== null)
    headers["Sec-WebSocket-Extensions"] = formatOffer(handshake.perMessageDeflate);
  if (handshake.subprotocols.length > 0) headers["Sec-WebSocket-Protocol"] = handshake.subprotocols.join(",");
  // Version 8 has a name of its own for it (hybi-10 §11.6).
  if (options.origin) headers[options.protocolVersion === 8 ? "Sec-WebSocket-Origin" : "Origin"] = options.origin;
  return headers;
}

/** Options for Node, without those that are ours and those the address decides. */
function withoutTarget(options: ClientHandshakeOptions): RequestOptions {
  const {
    origin: _origin,
    protocolVersion: _protocolVersion,
    perMessageDeflate: _perMessageDeflate,
    handshakeTimeout: _handshakeTimeout,
    followRedirects: _followRedirects,
    maxRedirects: _maxRedirects,
    hostname: _hostname,
    protocol: _protocol,
    socketPath: _socketPath,
    timeout: _timeout,
    ...rest
  }: ClientHandshakeOptions & { readonly protocol?: unknown } = options; // once an option of `ws`
  return rest;
}

function connectTcp(options: object): ReturnType<typeof netConnect> {
  const { socketPath, ...rest } = options as NetConnectOpts & { socketPath?: string };
  // For node:net `path` is a Unix domain socket, for node:http it is that of the request.
  return netConnect({ ...rest, path: socketPath } as NetConnectOpts);
}

function connectTls(options: object): ReturnType<typeof tlsConnect> {
  const { path: _path, ...rest } = options as ConnectionOptions;
  const { servername, host } = rest;
  // RFC 6066 §3: server names are no addresses.
  const name = servername ?? (host === undefined || isIP(host) !== 0 ? "" : host);
  return tlsConnect({ ...rest, servername: name });
}

/** Where a client connects to. */
export interface ClientTarget {
  readonly url: URL;
  readonly isSecure: boolean;
  /** Host name or address as a socket wants it: IPv6 without brackets; "" for a Unix domain socket without one. */
  readonly host: string;
  readonly port: number;
  /** Path of a Unix domain socket, or null. */
  readonly socketPath: string | null;
  /** Path and query of the request. */
  readonly path: string;
  /** `user:password` of the URL, decoded, or null. */
  readonly auth: string | null;
}

/**
 * Reads the address of a WebSocket (RFC 6455 §3). `http:` and `https:` stand for `ws:` and `wss:`;
 * `ws+unix:/path/to/socket:/path?query` names a Unix domain socket.
 *
 * @param base what a relative address (of a redirect) is relative to
 * @throws SyntaxError for anything else, and for an address with a fragment
 */
export function parseClientUrl(address: string | URL, base?: URL): ClientTarget {
  const url = parse(address, base);
  if (url.protocol === "http:" || url.protocol === "https:") url.protocol = url.protocol.replace("http", "ws");
  if (!["ws:", "wss:", "ws+unix:"].includes(url.protocol)) {
    throw new SyntaxError(`The URL's protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"`);
  }
  if (url.hash !== "") throw new SyntaxError("The URL contains a fragment identifier");
  if (url.protocol !== "ws+unix:") return tcpTarget(url);
  if (url.pathname === "") throw new SyntaxError("The URL's pathname is empty");
  const names = url.pathname + url.search;
  const colon = names.indexOf(":");
  const socketPath = colon === -1 ? names : names.slice(0, colon);
  const path = colon === -1 ? "/" : names.slice(colon + 1);
  return { url, isSecure: false, host: url.hostname, port: 80, socketPath, path, auth: authOf(url) };
}

/** True when what was meant for one target may be told to the other: same scheme, host and port, or the same socket. */
export function isSameOrigin(a: ClientTarget, b: ClientTarget): boolean {
  return a.isSecure === b.isSecure && a.host === b.host && a.port === b.port && a.socketPath === b.socketPath;
}

function tcpTarget(url: URL): ClientTarget {
  const isSecure = url.protocol === "wss:";
  const host = url.hostname.startsWith("[") ? url.hostname.slice(1, -1) : url.hostname;
  const port = url.port === "" ? (isSecure ? 443 : 80) : Number(url.port);
  return { url, isSecure, host, port, socketPath: null, path: url.pathname + url.search, auth: authOf(url) };
}

function parse(address: string | URL, base: URL | undefined): URL {
  try {
    return new URL(address, base);
  } catch (cause) {
    throw new SyntaxError(`Invalid URL: ${String(address)}`, { cause });
  }
}

function authOf(url: URL): string | null {
  if (url.username === "" && url.password === "") return null;
  try {
    return `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch (cause) {
    throw new SyntaxError("The URL's user name or password is not percent-encoded UTF-8", { cause });
  }
}

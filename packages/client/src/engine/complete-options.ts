import type { SocketOptions } from "./options.js";
import type { TransportOptions } from "./transports/transport.js";
import { decodeQuery, isSecure, splitUri } from "./uri.js";

/** Fills in what the page or the URI say. */
export function completeOptions(uri: string | null | undefined, options: SocketOptions): TransportOptions {
  const { path = "/engine.io", addTrailingSlash = true } = options;
  const page: Partial<Location> = globalThis.location ?? {};
  const parts = splitUri(uri || options.host || "");
  const secure = uri ? isSecure(parts.protocol) : (options.secure ?? isSecure(page.protocol));
  const hostname = parts.host || options.hostname;
  const query = parts.query || options.query;
  return {
    ...options,
    path: path.replace(/\/$/, "") + (addTrailingSlash ? "/" : ""),
    secure,
    hostname: hostname || page.hostname || "localhost",
    port: (uri ? parts.port : options.port) || (!hostname && page.port) || (secure ? "443" : "80"),
    query: typeof query === "string" ? decodeQuery(query) : { ...query },
  };
}

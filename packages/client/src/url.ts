import { bracketed, isSecure, splitUri, type UriParts } from "./engine/uri.js";

/** A location as a browser has it; in Node there is none. */
export interface PageLocation {
  readonly protocol: string;
  readonly host: string;
}

/** Where a socket connects to, and on which namespace (`path`). */
export interface ConnectionUrl extends UriParts {
  /** @internal The absolute form of what was given. */
  source: string;
  /** Same for all urls that can share a manager. */
  id: string;
}

/**
 * Reads the first argument of `io()`. Relative ones (`/nsp`, `//host`, none at all) are relative to the page.
 *
 * @param path the option `path`: managers are shared only when it is the same
 */
export function url(
  uri: string | undefined | null,
  path = "",
  page: PageLocation | undefined = globalThis.location,
): ConnectionUrl {
  const source = absolute(uri, page);
  const parts = splitUri(source);
  const port = parts.port || (isSecure(parts.protocol) ? "443" : "80");
  const id = `${parts.protocol}://${bracketed(parts.host)}:${port}${path}`;
  return { ...parts, port, path: parts.path || "/", source, id };
}

/** Without a scheme it is the page's; where there is no page, https. */
function absolute(uri: string | undefined | null, page: PageLocation | undefined): string {
  const { protocol, host } = page ?? { protocol: "https:", host: "" };
  uri ??= host;
  if (uri.startsWith("//")) return protocol + uri;
  if (uri.startsWith("/")) uri = host + uri;
  return /^(https?|wss?):\/\//.test(uri) ? uri : `${protocol}//${uri}`;
}

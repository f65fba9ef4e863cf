/** A server should not be asked for a longer one, and the expression below should not see it. */
const MAX_URI_CHARS = 8000;

/** Scheme, user information, host, port, path, query, fragment. */
export const URI: RegExp =
  /^(?:(https?|wss?):\/\/)?(?:([^/?#@]*)@)?(\[[^\]]*\]|(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}|[^:/?#]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/i;

/** What a connection needs of a URI, `""` where absent. */
export interface UriParts {
  protocol: string;
  /** Without the brackets of an IPv6 address. */
  host: string;
  port: string;
  path: string;
  query: string;
}

/**
 * Splits a URI whose scheme may be missing. IPv6 addresses may stand with or without brackets.
 *
 * @throws the string `URI too long`
 */
export function splitUri(uri: string): UriParts {
  // oxlint-disable-next-line typescript/only-throw-error -- Quirk: programs compare this string.
  if (uri.length > MAX_URI_CHARS) throw "URI too long";
  const [, protocol = "", , address = "", port = "", path = "", query = ""] = URI.exec(uri) ?? [];
  return { protocol, host: address.replace(/^\[|\]$/g, ""), port, path, query };
}

/** @param scheme with or without a colon */
export function isSecure(scheme = ""): boolean {
  return /^(https|wss)/i.test(scheme);
}

/** A host as it stands in a URI: IPv6 addresses have brackets. */
export function bracketed(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** `{a: 1, b: "x y"}` to `a=1&b=x%20y`. */
export function encodeQuery(query: Readonly<Record<string, unknown>>): string {
  return Object.entries(query)
    .map((pair) => (pair as string[]).map(encodeURIComponent).join("="))
    .join("&");
}

/**
 * The inverse of {@link encodeQuery}.
 *
 * @throws URIError for what is not percent-encoding
 */
export function decodeQuery(text: string): Record<string, string> {
  const query: Record<string, string> = {};
  for (const pair of text.split("&")) {
    const [key, ...value] = pair.split("=").map(decodeURIComponent);
    query[key!] = value.join("=");
  }
  return query;
}

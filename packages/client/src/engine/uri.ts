/** A server should not be asked for a longer one, and the expression below should not see it. */
const MAX_URI_CHARS = 8000;

/** What a connection needs of a URI, `""` where absent. */
export interface UriParts {
  protocol: string;
  userInfo: string;
  /** Without the brackets of an IPv6 address. */
  host: string;
  port: string;
  path: string;
  query: string;
  anchor: string;
}

/**
 * Splits a URI whose scheme may be missing. IPv6 addresses may stand with or without brackets.
 *
 * @throws the string `URI too long`
 */
export function splitUri(uri: string): UriParts {
  // oxlint-disable-next-line typescript/only-throw-error -- Quirk: programs compare this string.
  if (uri.length > MAX_URI_CHARS) throw "URI too long";
  const [, protocol = "", userInfo = "", address = "", port = "", path = "", query = "", anchor = ""] =
    /^(?:(https?|wss?):\/\/)?(?:([^/?#@]*)@)?(\[[^\]]*\]|(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}|[^:/?#]*)(?::(\d*))?([^?#]*)(?:\?([^#]*))?(?:#([^]*))?$/i.exec(
      uri,
    ) ?? [];
  return { protocol, userInfo, host: address.replace(/^\[|\]$/g, ""), port, path, query, anchor };
}

/** `{a: 1, b: "x y"}` to `a=1&b=x%20y`. */
export function encodeQuery(query: Readonly<Record<string, unknown>>): string {
  return Object.keys(query)
    .map((key) => encodeURIComponent(key) + "=" + encodeURIComponent(query[key] as string))
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
    const equals = (pair + "=").indexOf("=");
    query[decodeURIComponent(pair.slice(0, equals))] = decodeURIComponent(pair.slice(equals + 1));
  }
  return query;
}

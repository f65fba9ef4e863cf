/** Query parameters of a request; no prototype, so that no name is special. */
export type Query = Record<string, string>;

/**
 * Reads the query of a request target. The last of several equal names wins; what is not valid percent-encoding stays
 * as it is.
 *
 * @param url path and query, as in the request line
 */
export function parseQuery(url: string): Query {
  const query = Object.create(null) as Query;
  const start = url.indexOf("?");
  if (start === -1) {
    return query;
  }
  const text = url.slice(start + 1);
  if (needsDecoding(text)) {
    for (const [name, value] of new URLSearchParams(text)) {
      query[name] = value;
    }
    return query;
  }
  for (const pair of text.split("&")) {
    if (pair !== "") {
      const at = pair.indexOf("=");
      query[at === -1 ? pair : pair.slice(0, at)] = at === -1 ? "" : pair.slice(at + 1);
    }
  }
  return query;
}

function needsDecoding(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x25 || code === 0x2b || code > 0x7e) {
      return true; // "%", "+", not ASCII
    }
  }
  return false;
}

/** Revision of the protocol a request asks for: 4 only when it says so. */
export function protocolOf(query: Query): 3 | 4 {
  return query["EIO"] === "4" ? 4 : 3;
}

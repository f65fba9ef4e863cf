/** Query parameters of a request: a plain object, as programs ask it `hasOwnProperty()`; `__proto__` is a name like others. */
export type Query = Record<string, string>;

const HASH = 0x23;
const AMPERSAND = 0x26;
const EQUALS = 0x3d;
const PERCENT = 0x25;
const PLUS = 0x2b;

/**
 * Reads the query of a request target. The last of several equal names wins; what is not valid percent-encoding stays
 * as it is. A fragment, which some clients send though it is none of the server's business, is left out.
 *
 * @param url path and query, as in the request line
 */
export function parseQuery(url: string): Query {
  const query: Query = {};
  const start = url.indexOf("?") + 1;
  if (start === 0) return query;
  let nameAt = start;
  let equalsAt = -1;
  for (let i = start; i <= url.length; i++) {
    const code = i === url.length ? AMPERSAND : url.charCodeAt(i);
    if (code === AMPERSAND) {
      if (i > nameAt) {
        const name = url.slice(nameAt, equalsAt === -1 ? i : equalsAt);
        set(query, name, equalsAt === -1 ? "" : url.slice(equalsAt + 1, i));
      }
      nameAt = i + 1;
      equalsAt = -1;
    } else if (code === EQUALS) {
      equalsAt = equalsAt === -1 ? i : equalsAt;
    } else if (code === PERCENT || code === PLUS || code === HASH || code > 0x7e) {
      return parseEncoded(url.slice(start - 1));
    }
  }
  return query;
}

/** The slow way, for percent-encoding, blanks, a fragment and what is not ASCII. `search` begins with its question mark. */
function parseEncoded(search: string): Query {
  const [withoutFragment] = search.split("#", 1);
  return Object.fromEntries(new URLSearchParams(withoutFragment));
}

function set(query: Query, name: string, value: string): void {
  if (name !== "__proto__") query[name] = value;
  else Object.defineProperty(query, name, { value, configurable: true, enumerable: true, writable: true });
}

/** Revision of the protocol a request asks for: 4 only when it says so. */
export function protocolOf(query: Query): 3 | 4 {
  return query["EIO"] === "4" ? 4 : 3;
}

/** RFC 6265 §6.1 asks for 50 cookies a domain and 4096 bytes each; a server must not make us keep more. */
const MAX_COOKIES = 50;
const MAX_COOKIE_CHARS = 4096;

export interface Cookie {
  name: string;
  value: string;
  /** Absent for a session cookie. */
  expires?: Date;
}

/** The cookies of one session (Node, `withCredentials`). All its requests go to one origin, so names are enough. */
export class CookieJar {
  private readonly store = new Map<string, Cookie>();

  /** Takes `Set-Cookie` values; an expired one deletes its name. */
  parseCookies(values: readonly string[] | null | undefined): void {
    for (const value of values ?? []) {
      const cookie = value.length <= MAX_COOKIE_CHARS ? parseCookie(value) : null;
      if (!cookie) continue;
      if (cookie.expires && !(cookie.expires.getTime() > Date.now())) this.store.delete(cookie.name);
      else if (this.store.size < MAX_COOKIES || this.store.has(cookie.name)) this.store.set(cookie.name, cookie);
    }
  }

  /** Live cookies by name. */
  get cookies(): IterableIterator<[string, Cookie]> {
    const now = Date.now();
    for (const [name, { expires }] of this.store) {
      if (expires && expires.getTime() <= now) this.store.delete(name);
    }
    return this.store.entries();
  }

  /** `name=value` pairs for a `Cookie` header. */
  pairs(): string[] {
    return Array.from(this.cookies, ([name, { value }]) => `${name}=${value}`);
  }

  /** Adds a `Cookie` header to an XHR-like request. */
  addCookies(xhr: { setRequestHeader(name: string, value: string): void }): void {
    const pairs = this.pairs();
    if (pairs.length) xhr.setRequestHeader("cookie", pairs.join("; "));
  }

  /** Adds `Cookie` headers to a fetch request. */
  appendCookies(headers: Headers): void {
    for (const pair of this.pairs()) headers.append("cookie", pair);
  }
}

/**
 * Reads one `Set-Cookie` value (RFC 6265 §5.2). `Max-Age` wins over `Expires`; an unparseable date is in the past.
 *
 * @returns null without a name
 */
export function parseCookie(text: string): Cookie | null {
  const [pair = "", ...attributes] = text.split(";");
  const equals = pair.indexOf("=");
  const name = pair.slice(0, equals).trim();
  if (equals < 0 || !name) return null;
  const value = pair.slice(equals + 1).trim();
  const cookie: Cookie = { name, value: /^".*"$/.test(value) ? value.slice(1, -1) : value };
  let hasMaxAge = false;
  for (const attribute of attributes) {
    const [key = "", ...rest] = attribute.split("=");
    const text = rest.join("=").trim();
    switch (key.trim().toLowerCase()) {
      case "expires":
        if (!hasMaxAge) cookie.expires = new Date(Date.parse(text) || 0);
        break;
      case "max-age":
        if (!/^-?\d+$/.test(text)) break;
        hasMaxAge = true;
        cookie.expires = new Date(Math.min(Date.now() + Number(text) * 1000, 8.64e15));
        if (Number(text) <= 0) cookie.expires = new Date(0);
        break;
      default:
    }
  }
  return cookie;
}

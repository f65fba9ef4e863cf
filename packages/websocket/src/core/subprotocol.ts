import { isToken } from "./token.js";

/**
 * Parses a `Sec-WebSocket-Protocol` request header (RFC 6455 §4.1 (10), §11.3.4): unique tokens, the preferred one first. Several header
 * lines joined by commas are one list. Linear in the length of the header.
 *
 * @returns the list, or null when an element is empty, is no token, or comes twice
 */
export function parseSubprotocols(header: string): ReadonlySet<string> | null {
  const names = new Set<string>();
  for (const element of header.split(",")) {
    const name = trimBlanks(element);
    if (!isToken(name) || names.has(name)) return null;
    names.add(name);
  }
  return names;
}

/**
 * Checks the subprotocols an application asks for as a client.
 *
 * @throws SyntaxError for what is no token or comes twice, as a browser's WebSocket does; `cause` is that subprotocol. The text is the
 *   one of `ws`, which programs compare.
 */
export function assertSubprotocols(names: readonly string[]): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (typeof name !== "string" || !isToken(name) || seen.has(name)) {
      throw new SyntaxError("An invalid or duplicated subprotocol was specified", { cause: name });
    }
    seen.add(name);
  }
}

/** Without the blanks HTTP allows around a list element: space and tab, not all that `trim` takes. */
function trimBlanks(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

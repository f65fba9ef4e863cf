import { HeaderScanner } from "./header-scanner.js";
import { isToken } from "./token.js";

/**
 * Parses a `Sec-WebSocket-Protocol` request header (RFC 6455 §4.1 (10), §11.3.4): unique tokens, the preferred one first. Several header
 * lines joined by commas are one list. Linear in the length of the header.
 *
 * @returns the list, or what is wrong: an element is empty, is no token, or comes twice
 */
export function parseSubprotocols(header: string): ReadonlySet<string> | SyntaxError {
  const scanner = new HeaderScanner(header);
  const names = new Set<string>();
  do {
    const name = scanner.token();
    if (name === null) return scanner.error();
    if (names.has(name)) return new SyntaxError(`The "${name}" subprotocol is duplicated`);
    names.add(name);
  } while (scanner.take(","));
  return scanner.atEnd ? names : scanner.error();
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

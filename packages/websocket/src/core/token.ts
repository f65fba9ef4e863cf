/**
 * True for the code of a character of an HTTP token (RFC 9110 §5.6.2): a visible ASCII character that is no delimiter.
 *
 * @param code a UTF-16 code unit; NaN (past the end of a string) is no token character
 */
export function isTokenCode(code: number): boolean {
  return TOKEN_CODES[code] === 1;
}

/** True when `text` is a token: one or more token characters and nothing else. Linear in its length. */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    if (!isTokenCode(text.charCodeAt(i))) return false;
  }
  return text.length > 0;
}

/** True when a comma-separated list of tokens (`Connection`, `Upgrade`) holds `wanted`, in any case. `wanted` is in lower case. */
export function listHasToken(list: string, wanted: string): boolean {
  return list.split(",").some((item) => item.trim().toLowerCase() === wanted);
}

const TOKEN_CODES: Uint8Array = (() => {
  const table = new Uint8Array(128);
  for (const char of "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ") {
    table[char.charCodeAt(0)] = 1;
  }
  return table;
})();

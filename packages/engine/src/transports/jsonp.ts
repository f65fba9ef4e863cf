/** Long-polling by script tags (query parameter `j`), for browsers of protocol v3. */
export interface Jsonp {
  readonly head: string;
}

const FOOT = ");";

/** @param index value of `j`; everything but digits is dropped, since it becomes code */
export function jsonpOf(index: string): Jsonp {
  return { head: `___eio[${index.replace(/[^0-9]/g, "")}](` };
}

/** The script that carries a payload. */
export function wrapJsonp(jsonp: Jsonp, payload: string): string {
  // U+2028 and U+2029 end a line in older JavaScript, not in JSON.
  const literal = JSON.stringify(payload)
    .replace(/\u2028/g, "\\u2028")
    .replace(/\u2029/g, "\\u2029");
  return jsonp.head + literal + FOOT;
}

/**
 * The payload in a posted form (`d=…`).
 *
 * @returns `null` when the form has no field `d`
 */
export function unwrapJsonpForm(body: string): string | null {
  const data = new URLSearchParams(body).get("d");
  // Browsers turn newlines of a form into \r\n, so the client escapes them; an escaped escape is a real one.
  return data === null
    ? null
    : data.replace(/(\\)?\\n/g, (match, escaped) => (escaped ? match : "\n")).replace(/\\\\n/g, "\\n");
}

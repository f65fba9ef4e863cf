import { formatExtension, parseExtensions } from "../core/extension-header.js";
import { parseSubprotocols } from "../core/subprotocol.js";

/** Offers by extension; each has its parameters, each of these its values (true: without one). */
export type ExtensionOffers = Record<string, Record<string, (string | true)[]>[]>;

/** `ws`'s reader and writer of `Sec-WebSocket-Extensions`. */
export const extension: { readonly parse: typeof parseOffers; readonly format: typeof formatOffers } = {
  parse: parseOffers,
  format: formatOffers,
};

/** `ws`'s reader of `Sec-WebSocket-Protocol`. */
export const subprotocol: { readonly parse: typeof parseProtocols } = { parse: parseProtocols };

/** @throws {SyntaxError} for a malformed header */
function parseOffers(header: string): ExtensionOffers {
  const parsed = parseExtensions(header);
  if (parsed instanceof SyntaxError) throw parsed;
  const offers = emptyRecord<Record<string, (string | true)[]>[]>();
  for (const { name, params } of parsed) {
    const values = emptyRecord<(string | true)[]>();
    for (const param of params) (values[param.name] ??= []).push(param.value ?? true);
    (offers[name] ??= []).push(values);
  }
  return offers;
}

function formatOffers(offers: Record<string, Record<string, unknown> | readonly Record<string, unknown>[]>): string {
  const texts: string[] = [];
  for (const [name, given] of Object.entries(offers)) {
    for (const offer of [given].flat()) {
      const params = Object.entries(offer).flatMap(([param, values]) =>
        [values].flat().map((value) => ({ name: param, value: value === true ? null : String(value) })),
      );
      texts.push(formatExtension({ name, params }));
    }
  }
  return texts.join(", ");
}

/** @throws {SyntaxError} for a malformed header */
function parseProtocols(header: string): Set<string> {
  const names = parseSubprotocols(header);
  if (names instanceof SyntaxError) throw names;
  return new Set(names);
}

/** Without a prototype: names come from the network. */
function emptyRecord<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

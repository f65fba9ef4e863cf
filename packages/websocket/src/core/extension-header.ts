import { HeaderScanner } from "./header-scanner.js";

/** One element of a `Sec-WebSocket-Extensions` header (RFC 6455 §9.1). */
export interface Extension {
  readonly name: string;
  /** In the order of the header, doubles kept: what a double means is for the extension to say. */
  readonly params: readonly ExtensionParam[];
}

/** A parameter of an extension. A quoted value is given without its quotes and escapes. */
export interface ExtensionParam {
  readonly name: string;
  /** null when the parameter stands without `=`. */
  readonly value: string | null;
}

/**
 * Parses a `Sec-WebSocket-Extensions` header (RFC 6455 §9.1). Linear in the length of the header; names are never used as keys of an
 * object, so that `__proto__` is a name like any other.
 *
 * @returns the list, never empty, or where the header does not follow the grammar
 */
export function parseExtensions(header: string): readonly Extension[] | SyntaxError {
  const scanner = new HeaderScanner(header);
  const extensions: Extension[] = [];
  do {
    const extension = readExtension(scanner);
    if (extension === null) return scanner.error();
    extensions.push(extension);
  } while (scanner.take(","));
  return scanner.atEnd ? extensions : scanner.error();
}

/** Writes one extension as a header element. Values that are no tokens cannot be written and are not checked here. */
export function formatExtension(extension: Extension): string {
  return [extension.name, ...extension.params.map((p) => (p.value === null ? p.name : `${p.name}=${p.value}`))].join(
    "; ",
  );
}

function readExtension(scanner: HeaderScanner): Extension | null {
  const name = scanner.token();
  if (name === null) return null;
  const params: ExtensionParam[] = [];
  while (scanner.take(";")) {
    const param = readParam(scanner);
    if (param === null) return null;
    params.push(param);
  }
  return { name, params };
}

function readParam(scanner: HeaderScanner): ExtensionParam | null {
  const name = scanner.token();
  if (name === null) return null;
  if (!scanner.take("=")) return { name, value: null };
  const value = scanner.take('"') ? scanner.restOfQuoted() : scanner.token();
  return value === null ? null : { name, value };
}

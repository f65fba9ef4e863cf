import { isTokenCode } from "./token.js";

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
 * @returns the list, never empty, or null when the header does not follow the grammar
 */
export function parseExtensions(header: string): readonly Extension[] | null {
  const scanner = new Scanner(header);
  const extensions: Extension[] = [];
  do {
    const extension = readExtension(scanner);
    if (extension === null) return null;
    extensions.push(extension);
  } while (scanner.take(","));
  return scanner.atEnd ? extensions : null;
}

/** Writes one extension as a header element. Values that are no tokens cannot be written and are not checked here. */
export function formatExtension(extension: Extension): string {
  return [extension.name, ...extension.params.map((p) => (p.value === null ? p.name : `${p.name}=${p.value}`))].join(
    "; ",
  );
}

function readExtension(scanner: Scanner): Extension | null {
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

function readParam(scanner: Scanner): ExtensionParam | null {
  const name = scanner.token();
  if (name === null) return null;
  if (!scanner.take("=")) return { name, value: null };
  const value = scanner.take('"') ? scanner.restOfQuoted() : scanner.token();
  return value === null ? null : { name, value };
}

/** Reads a header from left to right; blanks (space, tab) around what is read are skipped. No step goes back. */
class Scanner {
  private at = 0;

  constructor(private readonly text: string) {
    this.skipBlanks();
  }

  get atEnd(): boolean {
    return this.at === this.text.length;
  }

  /** Takes `char` if it comes next. */
  take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.at++;
    // What is in quotes is taken as it stands.
    if (char !== '"') this.skipBlanks();
    return true;
  }

  /** Takes a token, or returns null where none begins. */
  token(): string | null {
    const start = this.at;
    while (isTokenCode(this.text.charCodeAt(this.at))) this.at++;
    if (this.at === start) return null;
    const token = this.text.slice(start, this.at);
    this.skipBlanks();
    return token;
  }

  /**
   * Takes the rest of a quoted-string up to and with its closing quote. RFC 6455 §9.1: the value after unescaping must be a token, so
   * it holds no blanks. An empty one is left to the extension, which declines its offer rather than the connection.
   */
  restOfQuoted(): string | null {
    let value = "";
    while (this.at < this.text.length) {
      if (this.text[this.at] === '"') {
        this.at++;
        this.skipBlanks();
        return value;
      }
      if (this.text[this.at] === "\\") this.at++;
      if (!isTokenCode(this.text.charCodeAt(this.at))) return null;
      value += this.text[this.at];
      this.at++;
    }
    return null;
  }

  private skipBlanks(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
  }
}

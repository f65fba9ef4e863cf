import { isTokenCode } from "./token.js";

/**
 * Reads the value of a header from left to right; blanks (space, tab) around what is read are skipped. No step goes back: linear in the
 * length of the value.
 */
export class HeaderScanner {
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

  /** What is wrong where reading has stopped, in the words of `ws`. */
  error(): SyntaxError {
    return new SyntaxError(this.atEnd ? "Unexpected end of input" : `Unexpected character at index ${this.at}`);
  }

  private skipBlanks(): void {
    while (this.text[this.at] === " " || this.text[this.at] === "\t") this.at++;
  }
}

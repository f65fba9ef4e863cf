/** Strings that many sessions have in common, each kept once. */
export class SharedStrings {
  private readonly strings: Map<string, string> = new Map();
  private readonly maxCount: number;
  private readonly maxLength: number;

  /**
   * @param maxCount of strings known at a time: a new one takes the place of the oldest
   * @param maxLength longer strings are not shared, in characters
   */
  constructor(maxCount: number, maxLength: number) {
    this.maxCount = maxCount;
    this.maxLength = maxLength;
  }

  get size(): number {
    return this.strings.size;
  }

  /** @returns the string that came first among its equals */
  share(string: string): string {
    if (string.length > this.maxLength) return string;
    const known = this.strings.get(string);
    if (known !== undefined) return known;
    if (this.strings.size >= this.maxCount) this.forgetOldest();
    this.strings.set(string, string);
    return string;
  }

  private forgetOldest(): void {
    for (const oldest of this.strings.keys()) {
      this.strings.delete(oldest);
      return;
    }
  }
}

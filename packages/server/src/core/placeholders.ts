/** Where an attachment belongs: `holder[key]` is the placeholder that announces it. */
export interface Slot {
  readonly holder: Record<PropertyKey, unknown>;
  readonly key: PropertyKey;
  /** Index of the attachment, as the peer wrote it: not yet checked. */
  readonly num: unknown;
}

/** Lists the placeholders inside a decoded payload. Iterates: depth is no concern. */
export function findPlaceholders(root: unknown): Slot[] {
  const slots: Slot[] = [];
  const pending: unknown[] = [root];
  for (let holder = pending.pop(); holder !== undefined; holder = pending.pop()) {
    const entries = holder as Record<PropertyKey, unknown>;
    for (const key of Object.keys(entries)) {
      const value = entries[key];
      if (typeof value !== "object" || value === null) continue;
      const { _placeholder, num } = value as { _placeholder?: unknown; num?: unknown };
      if (_placeholder === true) slots.push({ holder: entries, key, num });
      else pending.push(value);
    }
  }
  return slots;
}

/** Cheap test for {@link findPlaceholders}: false when JSON text cannot hold a key named `_placeholder`. */
export function mayHoldPlaceholder(text: string, from: number): boolean {
  // A key can also be written with \u escapes.
  return text.indexOf("_placeholder", from) !== -1 || text.indexOf("\\u", from) !== -1;
}

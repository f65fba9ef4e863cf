/** Arrays and objects inside each other. Deeper data is refused in both directions, so what was received can be sent. */
export const MAX_DEPTH = 512;

/** ArrayBuffer, any view of one (Buffer included), Blob, File. */
export function isBinary(value: unknown): boolean {
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value) || isBlob(value);
}

export function isBlob(value: unknown): value is Blob {
  return typeof Blob === "function" && value instanceof Blob;
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

/**
 * Takes the binary values out: they are appended to `attachments`, depth first, and placeholders stand for them.
 *
 * @returns `value` itself when there was nothing to replace; else a copy, of what had to change
 * @throws RangeError when `value` is nested deeper than {@link MAX_DEPTH} (a circular one is)
 */
export function extractAttachments(value: unknown, attachments: unknown[], depth = 0, isFromToJson?: true): unknown {
  if (!isObject(value)) return value;
  if (isBinary(value)) return { _placeholder: true, num: attachments.push(value) - 1 };
  if (depth >= MAX_DEPTH) throw new RangeError(`${MAX_DEPTH} levels exceeded, or circular`);
  // Once: JSON does not ask what comes out, which may have the method, too.
  if (!isFromToJson && typeof value.toJSON === "function")
    return extractAttachments(value.toJSON(), attachments, depth + 1, true);
  let copy: Record<string, unknown> | undefined;
  // JSON leaves out what an array has besides its items: the answer of a regular expression has some.
  for (const key of (Array.isArray(value) ? value : Object).keys(value) as Iterable<string>) {
    const item = extractAttachments(value[key], attachments, depth + 1);
    if (item !== value[key]) {
      copy ??= (Array.isArray(value) ? value.slice() : { ...value }) as Record<string, unknown>;
      copy[key] = item;
    }
  }
  return copy ?? value;
}

/**
 * Puts the attachments where their placeholders are, in place. `value` has at most {@link MAX_DEPTH} levels.
 *
 * @throws Error `illegal attachments` unless each attachment is used exactly once
 */
export function insertAttachments(value: unknown, attachments: readonly unknown[]): unknown {
  const unused = new Set<unknown>(attachments.keys());
  const insert = (item: unknown): unknown => {
    if (!isObject(item)) return item;
    if (item._placeholder === true) {
      if (unused.delete(item.num)) return attachments[item.num as number];
      throw new Error("illegal attachments");
    }
    for (const key of Object.keys(item)) item[key] = insert(item[key]);
    return item;
  };
  const result = insert(value);
  if (unused.size > 0) throw new Error("illegal attachments");
  return result;
}

/** True when `value`, out of a JSON parser, has more than `levels` levels. */
export function isDeeper(value: unknown, levels: number): boolean {
  return isObject(value) && (levels === 0 || Object.values(value).some((item) => isDeeper(item, levels - 1)));
}

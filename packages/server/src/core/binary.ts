/** Deeper than JSON.stringify gets: there the walk ends and JSON.stringify says what is wrong (a circle, mostly). */
const MAX_DEPTH = 20_000;

/** Tells binary values from others: ArrayBuffer and any view of one, Blob and File. */
export function isBinary(value: object): boolean {
  if (ArrayBuffer.isView(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Object.prototype || prototype === Array.prototype) return false; // most values, by two comparisons
  return value instanceof ArrayBuffer || (typeof Blob === "function" && value instanceof Blob); // File is a Blob
}

/** Tells whether a value about to be encoded is or holds binary. Iterates, and stops at the first. */
export function hasBinary(root: object): boolean {
  let pending: Pending | null = null;
  let value: object | undefined = root;
  let depth = 0;
  while (value !== undefined) {
    if (isBinary(value)) return true;
    const plain = withoutToJson(value);
    if (plain !== undefined) {
      if (plain !== value && isBinary(plain)) return true;
      if (depth > MAX_DEPTH) return false;
      pending = addChildren(plain, depth + 1, pending);
    }
    value = pending?.values.pop();
    depth = pending?.depths.pop() ?? 0;
  }
  return false;
}

/** Objects and arrays to be looked into, and how deep they lie. */
interface Pending {
  readonly values: object[];
  readonly depths: number[];
}

function addChildren(parent: object, depth: number, pending: Pending | null): Pending | null {
  let all = pending;
  if (Array.isArray(parent)) {
    // By index: for…in would make a string of each.
    for (let i = 0; i < parent.length; i++) all = addChild(parent[i], depth, all);
    return all;
  }
  // for…in visits what JSON.stringify visits (own, enumerable) once inherited names are left out.
  for (const key in parent) {
    const child = (parent as Record<string, unknown>)[key];
    if (typeof child === "object" && child !== null && Object.hasOwn(parent, key)) all = addChild(child, depth, all);
  }
  return all;
}

function addChild(child: unknown, depth: number, pending: Pending | null): Pending | null {
  if (typeof child !== "object" || child === null) return pending;
  const all = pending ?? { values: [], depths: [] };
  all.values.push(child);
  all.depths.push(depth);
  return all;
}

/** What JSON.stringify will look at instead of an object with a `toJSON` method; undefined for what holds nothing. */
function withoutToJson(value: object): object | undefined {
  const { toJSON } = value as { toJSON?: unknown };
  if (typeof toJSON !== "function") return value;
  if (value instanceof Date) return undefined;
  const replaced: unknown = toJSON.call(value);
  return typeof replaced === "object" && replaced !== null ? replaced : undefined;
}

interface Frame {
  readonly from: Record<string, unknown>;
  readonly to: Record<string, unknown>;
  readonly keys: readonly string[];
  next: number;
}

/**
 * Copies a payload with each binary value replaced by a numbered placeholder, in order of appearance (protocol v5,
 * "Binary event"). Iterates, so that depth is no concern.
 *
 * @param attachments receives the binary values
 */
export function extractBinary(root: unknown[], attachments: unknown[]): unknown {
  const copy: unknown[] = [];
  const stack: Frame[] = [openFrame(root, copy)];
  for (let frame = stack.at(-1); frame !== undefined; frame = stack.at(-1)) {
    const key = frame.keys[frame.next++];
    if (key === undefined || stack.length > MAX_DEPTH) {
      stack.pop();
      continue;
    }
    const value = frame.from[key];
    if (typeof value !== "object" || value === null) {
      setOwn(frame.to, key, value);
      continue;
    }
    const plain = isBinary(value) ? value : withoutToJson(value);
    if (plain === undefined || plain instanceof Date) {
      setOwn(frame.to, key, plain ?? value); // JSON.stringify calls its toJSON
    } else if (isBinary(plain)) {
      setOwn(frame.to, key, { _placeholder: true, num: attachments.length });
      attachments.push(plain);
    } else {
      const child = Array.isArray(plain) ? [] : {};
      setOwn(frame.to, key, child);
      stack.push(openFrame(plain, child));
    }
  }
  return copy;
}

function openFrame(from: object, to: object): Frame {
  let keys: readonly string[];
  if (Array.isArray(from)) {
    (to as unknown[]).length = from.length;
    keys = Array.from(from.keys(), String); // JSON leaves out what an array has besides its items
  } else {
    keys = Object.keys(from);
  }
  return { from: from as Record<string, unknown>, to: to as Record<string, unknown>, keys, next: 0 };
}

/** Assignment that cannot reach a setter: a key may be `__proto__`. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}

import { randomFillSync } from "node:crypto";

const RANDOM_BYTES = 12;
const COUNTER_MODULUS = 0x1_000000;
/** Randomness is drawn for many ids at once, in bytes. */
const POOL_BYTES = RANDOM_BYTES * 256;

const pool: Buffer = Buffer.allocUnsafe(POOL_BYTES);
let used: number = POOL_BYTES;
let counter = 0;

/** @returns 20 URL-safe characters: 12 random bytes, which cannot be guessed, and a counter of 3, which never repeats soon */
export function generateSessionId(): string {
  if (used === POOL_BYTES) {
    randomFillSync(pool);
    used = 0;
  }
  const id = Buffer.allocUnsafe(RANDOM_BYTES + 3);
  pool.copy(id, 0, used, used + RANDOM_BYTES);
  pool.fill(0, used, used + RANDOM_BYTES);
  used += RANDOM_BYTES;
  id.writeUIntBE(counter, RANDOM_BYTES, 3);
  counter = (counter + 1) % COUNTER_MODULUS;
  return id.toString("base64url");
}

/**
 * Asks an application for an id. It may give a promise, throw, or give what is none; one of the callbacks is called, once.
 *
 * @param taken called at once when `generate` is synchronous
 */
export function obtainId(generate: () => unknown, taken: (id: string) => void, failed: (cause: unknown) => void): void {
  const take = (id: unknown): void => {
    if (typeof id === "string" || typeof id === "number") {
      taken(String(id));
    } else {
      failed(new TypeError(`session id is of type ${typeof id}`));
    }
  };
  let id: unknown;
  let isPromised: boolean;
  try {
    id = generate();
    isPromised = isThenable(id);
  } catch (cause) {
    failed(cause);
    return;
  }
  if (isPromised) {
    void Promise.resolve(id).then(take, failed); // a thenable may throw, or call back twice
  } else {
    take(id);
  }
}

function isThenable(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

import { randomFillSync } from "node:crypto";

const POOL_KEYS = 2048;
let pool: Int32Array | null = null;
let next = POOL_KEYS;

/** A fresh, unpredictable masking key (RFC 6455 §5.3, §10.3). Random bytes are drawn 8 KiB at a time. */
export function nextMaskingKey(): number {
  pool ??= new Int32Array(POOL_KEYS);
  if (next === POOL_KEYS) {
    randomFillSync(pool);
    next = 0;
  }
  return pool[next++]!;
}

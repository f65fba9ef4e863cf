import { randomFillSync } from "node:crypto";

const ID_BYTES = 15;
const pool = Buffer.alloc(ID_BYTES * 256);
let used = pool.length;

/** A socket id or a private session id: 120 random bits, URL-safe base64, 20 characters. */
export function generateId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += ID_BYTES;
  return pool.toString("base64url", used - ID_BYTES, used);
}

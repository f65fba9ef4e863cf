import type { HandshakeData } from "../types.js";

/** The longest delay a timer can hold; beyond it, it would fire at once. */
export const MAX_TIMER_MS = 0x7fffffff;
/** The sid travels in every URL. */
const MAX_SID_CHARS = 4096;

const isAmount = (value: unknown): boolean => typeof value === "number" && value >= 0;

const IS_VALID: Readonly<Record<keyof HandshakeData, (value: unknown) => boolean>> = {
  sid: (value) => typeof value === "string" && !!value && value.length <= MAX_SID_CHARS,
  upgrades: Array.isArray,
  pingInterval: isAmount,
  pingTimeout: isAmount,
  maxPayload: (value) => value == null || isAmount(value), // null is what JSON makes of Infinity
};

/**
 * Reads the open packet of a server we do not trust, field by field.
 *
 * @throws Error saying which field is wrong
 */
export function readOpenPacket(text: unknown): HandshakeData {
  let data: Partial<HandshakeData> = {};
  try {
    data = Object(JSON.parse(text as string)) as typeof data;
  } catch {
    // Left without fields: refused below.
  }
  for (const field of Object.keys(IS_VALID) as (keyof HandshakeData)[]) {
    if (!IS_VALID[field](data[field])) {
      const found = JSON.stringify(data[field]) as string | undefined;
      throw new Error(`invalid open packet: ${field} is ${found?.slice(0, 50)}`);
    }
  }
  return data as HandshakeData;
}

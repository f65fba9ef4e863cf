import type { HandshakeData } from "../types.js";

/** The longest delay a timer can hold; beyond it, it would fire at once. */
export const MAX_TIMER_MS = 0x7fffffff;
/** The sid travels in every URL. */
const MAX_SID_CHARS = 4096;

/**
 * Reads the open packet of a server we do not trust, field by field.
 *
 * @throws Error saying which field is wrong
 */
export function readOpenPacket(text: unknown): HandshakeData {
  let data: Partial<Record<keyof HandshakeData, unknown>> = {};
  try {
    data = Object(JSON.parse(text as string)) as typeof data;
  } catch {
    // Left without fields: refused below.
  }
  const { sid, upgrades, maxPayload = 0 } = data;
  if (typeof sid !== "string" || !sid || sid.length > MAX_SID_CHARS) refuse("sid", sid);
  if (!Array.isArray(upgrades)) refuse("upgrades", upgrades);
  if (!isAmount(data.pingInterval)) refuse("pingInterval", data.pingInterval);
  if (!isAmount(data.pingTimeout)) refuse("pingTimeout", data.pingTimeout);
  if (!isAmount(maxPayload)) refuse("maxPayload", maxPayload);
  return data as HandshakeData;
}

function isAmount(value: unknown): boolean {
  return typeof value === "number" && value >= 0;
}

function refuse(field: string, value: unknown): never {
  const text = JSON.stringify(value) as string | undefined;
  throw new Error(`invalid open packet: ${field} is ${text?.slice(0, 50)}`);
}

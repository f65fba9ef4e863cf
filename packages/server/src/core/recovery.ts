/** What a client sends to get its session back (`auth` of the CONNECT packet). */
export interface RecoveryRequest {
  readonly pid: string;
  /** Offset of the last packet the client has; undefined if it never got one. */
  readonly offset: string | undefined;
}

/** Reads the recovery part of an auth payload; null when there is none or it is not well-formed. */
export function readRecoveryRequest(auth: Record<string, unknown>): RecoveryRequest | null {
  const { pid, offset } = auth;
  if (typeof pid !== "string") return null;
  if (offset !== undefined && typeof offset !== "string") return null;
  return { pid, offset };
}

const RECOVERABLE: ReadonlySet<string> = new Set([
  "transport error",
  "transport close",
  "forced close",
  "ping timeout",
  "server shutting down",
  "forced server close",
]);

/** True when the session is worth keeping: nobody asked for its end. */
export function isRecoverableReason(reason: string): boolean {
  return RECOVERABLE.has(reason);
}

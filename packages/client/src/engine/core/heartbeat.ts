/** Nothing is expected yet, or any more. */
export const IDLE: number = Infinity;
/** The server was silent for too long. Final until the session ends. */
export const EXPIRED: number = 0;

/**
 * Client side of the Engine.IO v4 heartbeat: the server pings, silence ends the session. Pure: time comes in.
 *
 * The state is a number: when the next ping is overdue, in ms since the epoch; or {@link IDLE}, or {@link EXPIRED}.
 *
 * @param periodMs given when the open packet or a ping arrived: the next is due within it. Without, a caller wants to know whether
 * timers were frozen (sleep, background tab).
 */
export function nextDeadline(deadlineMs: number, nowMs: number, periodMs?: number): number {
  if (periodMs === undefined) return nowMs > deadlineMs ? EXPIRED : deadlineMs;
  return deadlineMs && nowMs + periodMs; // a late ping does not revive the session
}

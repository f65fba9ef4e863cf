import { MAX_TIMER_MS } from "@halyard/websocket/core";

/** Runs `callback` after `delayMs`; the result cancels that. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

/** {@link Schedule} by timers of the platform. */
export function scheduleByTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, Math.min(delayMs, MAX_TIMER_MS));
  return () => clearTimeout(timer);
}

/** Runs `callback` after `delayMs`; the result cancels that. */
export type Schedule = (callback: () => void, delayMs: number) => () => void;

/** {@link Schedule} by timers of the platform. */
export function scheduleByTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

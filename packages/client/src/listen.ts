/**
 * Listens to an event of anything that has `addEventListener`, ours or the platform's. Elsewhere it never comes: there may be no
 * `document`, and the global object of Node and React Native has no events.
 *
 * @returns a function that stops it
 */
export function listen(source: unknown, event: string, listener: (...args: unknown[]) => void): () => void {
  const target = source as Partial<EventTarget> | undefined;
  target?.addEventListener?.(event, listener);
  return () => target?.removeEventListener?.(event, listener);
}

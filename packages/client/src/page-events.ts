/**
 * Listens to an event of the page. Where there is no such target, or one without events, it never comes.
 *
 * @param target `window`, `document`; the global object of Node, workers and React Native has no such events
 * @returns a function that stops it
 */
export function listen(target: unknown, event: string, listener: () => void): () => void {
  const source = target as Partial<EventTarget> | undefined;
  source?.addEventListener?.(event, listener);
  return () => source?.removeEventListener?.(event, listener);
}

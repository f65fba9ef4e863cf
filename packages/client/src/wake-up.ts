/**
 * Calls `wake` when the browser says that the network is back, or when the page becomes visible again. Elsewhere never.
 *
 * @returns a function that stops it
 */
export function onWakeUp(wake: () => void): () => void {
  const page = globalThis.document as Document | undefined; // not in workers
  const onVisible = (): void => {
    if (page?.visibilityState === "visible") wake();
  };
  const watch = (verb: "addEventListener" | "removeEventListener"): void => {
    globalThis[verb]?.("online", wake);
    page?.[verb]?.("visibilitychange", onVisible);
  };
  watch("addEventListener");
  return () => watch("removeEventListener");
}

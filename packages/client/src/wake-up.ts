import { listen } from "./listen.js";

/**
 * Calls `wake` when the browser says that the network is back, or when the page becomes visible again. Elsewhere never.
 *
 * @returns a function that stops it
 */
export function onWakeUp(wake: () => void): () => void {
  const page = globalThis.document as Document | undefined; // not in workers
  const stops = [
    listen(globalThis, "online", wake),
    listen(page, "visibilitychange", () => {
      if (page?.visibilityState === "visible") wake();
    }),
  ];
  return () => stops.forEach((stop) => stop());
}

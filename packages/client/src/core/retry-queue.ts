/** An emit that is sent again until it is acknowledged. */
export interface RetryEntry<Flags> {
  readonly id: number;
  readonly args: readonly unknown[];
  readonly flags: Flags;
  readonly ack: ((...args: unknown[]) => void) | undefined;
  /** Times it was sent. */
  tryCount: number;
  /** Sent, and neither acknowledged nor failed. */
  pending: boolean;
}

/**
 * The entry to send now, already counted as sent: always the head, one is in flight at a time.
 *
 * @param when `idle`: not while the head is in flight; `reconnected`: what was in flight is lost, send it again
 */
export function nextToSend<F>(
  queue: readonly RetryEntry<F>[],
  when: "idle" | "reconnected",
): RetryEntry<F> | undefined {
  const head = queue[0];
  if (!head || (head.pending && when === "idle")) return undefined;
  head.pending = true;
  head.tryCount++;
  return head;
}

/**
 * Takes in the result of one sending of `entry`.
 *
 * @param retries how often it may be sent again
 * @returns true when `entry` is done with; false when it stays, or has been done with before
 */
export function settle<F>(queue: RetryEntry<F>[], entry: RetryEntry<F>, error: unknown, retries: number): boolean {
  if (entry !== queue[0]) return false;
  entry.pending = false;
  if (error && entry.tryCount <= retries) return false;
  queue.shift();
  return true;
}

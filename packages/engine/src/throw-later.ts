/**
 * Throws an error of user code in a tick of its own: it reaches `uncaughtException` as any other, and what called the
 * user's code goes on.
 */
export function throwLater(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}

/** A middleware of a namespace or of a socket. What it returns may be a promise; only its rejection is looked at. */
export type Middleware<T> = (subject: T, next: (err?: Error) => void) => unknown;

/**
 * Runs a chain once: each middleware continues it at most once, and the first error ends it.
 *
 * @param chain copied by the caller when it may change meanwhile
 * @param onResult hears what a middleware returned
 */
export function runChain<T>(
  chain: readonly Middleware<T>[],
  subject: T,
  done: (error: Error | null) => void,
  onResult: (result: unknown) => void,
): void {
  const run = (index: number): void => {
    const middleware = chain[index];
    if (middleware === undefined) {
      done(null);
      return;
    }
    let called = false;
    const result = middleware(subject, (error) => {
      if (called) return;
      called = true;
      if (error) done(error);
      else run(index + 1);
    });
    if (result !== undefined) onResult(result);
  };
  run(0);
}

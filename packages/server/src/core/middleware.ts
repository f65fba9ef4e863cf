/** A middleware of a namespace or of a socket. What it returns may be a promise; only its rejection counts. */
export type Middleware<T> = (subject: T, next: (err?: Error) => void) => unknown;

/**
 * Runs a chain once: each middleware continues it at most once, and the first error ends it.
 *
 * @param chain copied by the caller when it may change meanwhile
 * @param onFailed hears of each middleware that throws, or returns a promise which is rejected
 * @param watch tells `failed` when what a middleware returned is rejected
 */
export function runChain<T>(
  chain: readonly Middleware<T>[],
  subject: T,
  done: (error: Error | null) => void,
  onFailed: (error: unknown) => void,
  watch: (result: unknown, failed: (error: unknown) => void) => void,
): void {
  const run = (index: number): void => {
    const middleware = chain[index];
    if (middleware === undefined) {
      done(null);
      return;
    }
    let called = false;
    const next = (error?: Error): void => {
      if (called) return;
      called = true;
      if (error) done(error);
      else run(index + 1);
    };
    try {
      watch(middleware(subject, next), onFailed);
    } catch (error) {
      onFailed(error);
    }
  };
  run(0);
}

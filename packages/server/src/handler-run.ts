/**
 * Numbers the runs of user code, for volatile packets: of several volatile packets written to one socket in one run,
 * only the first is sent, as upstream; packets written in different runs do not affect each other.
 */
let current = 0;

/** A handler is about to run, or has returned: what it does behind an `await` is another run. */
export function nextRun(): void {
  current = (current + 1) | 0;
}

/** The run of user code going on now. */
export function currentRun(): number {
  return current;
}

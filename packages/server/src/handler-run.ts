/**
 * Numbers the runs of user code, for volatile packets: of several volatile packets written to one socket in one run,
 * only the first is sent, as upstream; packets written in different runs do not affect each other.
 */
let current = 0;

/** A handler is about to run. */
export function beginRun(): void {
  current = (current + 1) | 0;
}

/** A handler has returned: what it does behind an `await` is another run. */
export function endRun(): void {
  current = (current + 1) | 0;
}

/** The run of user code going on now. */
export function currentRun(): number {
  return current;
}

/** Called with the arguments of an acknowledgement. */
// oxlint-disable-next-line typescript/no-explicit-any -- the shape is the user's
export type AckCallback = (...args: any[]) => unknown;

/** An acknowledgement that takes an error first, and so can be told that none will come. */
export interface TimedAck extends AckCallback {
  /** Ends the wait. */
  fail(error: Error): void;
}

/** Timers, passed in: this file knows none. */
export interface AckTimer {
  set(callback: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}

/** Makes an acknowledgement that fails with `operation has timed out` unless it is called in time. */
export function timedAck(callback: AckCallback, ms: number | undefined, timer: AckTimer, forget: () => void): TimedAck {
  let settled = false;
  const handle =
    ms === undefined
      ? undefined
      : timer.set(() => {
          forget();
          ack.fail(new Error("operation has timed out"));
        }, ms);
  const settle = (args: unknown[]): void => {
    if (settled) return;
    settled = true;
    if (handle !== undefined) timer.clear(handle);
    callback(...args);
  };
  const ack = ((...args: unknown[]) => settle([null, ...args])) as TimedAck;
  ack.fail = (error) => settle([error]);
  return ack;
}

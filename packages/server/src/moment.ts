/**
 * A point in time, in ms since the start of the process: for its first 24 days a small integer, which stands in its object. What
 * `Date.now()` gives would be an object of its own in each place it is kept.
 */
export type Moment = number & { readonly moment: unique symbol };

const START_MS = Date.now();

export function now(): Moment {
  return (Date.now() - START_MS) as Moment;
}

/** In ms since the epoch. */
export function epochMs(moment: Moment): number {
  return START_MS + moment;
}

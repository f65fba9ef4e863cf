export interface BackoffOptions {
  /** Delay before the first attempt, ms. */
  reconnectionDelay: number;
  /** No delay is longer, ms. */
  reconnectionDelayMax: number;
  /** Share of the delay that is random, 0 to 1. */
  randomizationFactor: number;
}

/**
 * How long to wait before a reconnection attempt: doubles each time, with a random share, up to a limit.
 *
 * @param attempt 0 for the first
 * @param random as `Math.random`; called once, decides both size and sign of the share
 * @returns whole milliseconds
 */
export function backoffDelay(attempt: number, options: BackoffOptions, random: () => number): number {
  const base = options.reconnectionDelay * 2 ** Math.min(attempt, 99); // a number for ever
  const share = random();
  const deviation = Math.floor(share * options.randomizationFactor * base);
  const isLonger = Math.floor(share * 10) % 2;
  return Math.floor(Math.min(isLonger ? base + deviation : base - deviation, options.reconnectionDelayMax));
}

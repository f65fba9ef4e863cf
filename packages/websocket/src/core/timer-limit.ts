/** Longest delay of a timer, 2^31 - 1 ms: one with a longer delay, as with `Infinity`, fires at once. */
export const MAX_TIMER_MS = 0x7fff_ffff;

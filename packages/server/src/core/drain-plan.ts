/**
 * How many of `total` connections are to be closed `elapsedMs` after the start of a drain, so that they end evenly
 * over its time.
 */
export function dueByNow(total: number, elapsedMs: number, overMs: number): number {
  if (overMs <= 0 || elapsedMs >= overMs) return total;
  return Math.floor((total * elapsedMs) / overMs);
}

/** Puts a list in a random order, so that clients that came together do not leave together (Fisher and Yates). */
export function shuffle<T>(list: T[], random: () => number): T[] {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [list[last], list[other]] = [list[other] as T, list[last] as T];
  }
  return list;
}

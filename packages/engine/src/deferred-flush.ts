/** Something with packets to send before the tick ends. */
export interface Flushable {
  flushNow(): void;
}

const dirty: Flushable[] = [];

function flushAll(): void {
  // A flush may lead to another one: the length is read again.
  for (let i = 0; i < dirty.length; i++) {
    dirty[i]?.flushNow();
  }
  dirty.length = 0;
}

/** Calls `flushNow` once the code that is running has returned: what it sends leaves together. */
export function deferFlush(item: Flushable): void {
  if (dirty.push(item) === 1) {
    process.nextTick(flushAll);
  }
}

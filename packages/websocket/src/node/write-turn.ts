import { performance } from "node:perf_hooks";
import { TickList } from "../core/tick-list.js";

/** How long answers wait at most for other sockets to be read, in ms, beyond the one that is being read. */
const MAX_HOLD_MS = 1;

/** As they were when this was loaded: a test that replaces the timers of a program means those of the program. */
const { setImmediate } = globalThis;
const nowMs = performance.now.bind(performance);

/** Something that has collected what it writes. */
export interface Flushable {
  flush(): void;
}

const dirty: TickList<Flushable> = new TickList((writer) => writer.flush(), schedule);
let isReading = false;
let held: (() => void) | null = null;
let heldSinceMs = 0;

// What a program has sent leaves, also when it ends itself before the turn is over.
process.once("exit", dirty.handleAll);

/** A socket is about to be read. Until the event loop has been through all that are readable, answers are held. */
export function beginRead(): void {
  if (!isReading) {
    isReading = true;
    setImmediate(endTurn);
  } else if (held !== null && nowMs() - heldSinceMs >= MAX_HOLD_MS) {
    process.nextTick(held); // listeners that take their time do not keep the others waiting
    held = null;
  }
}

/**
 * Flushes a writer once the turn is over: where sockets are being read, after the last of them; otherwise as soon as the code
 * that is running has returned. To read many sockets and then write to them costs less than to go to and fro, and wakes a peer
 * on the same machine once.
 */
export function flushAtEndOfTurn(writer: Flushable): void {
  dirty.add(writer);
}

function schedule(run: () => void): void {
  if (!isReading) {
    process.nextTick(run);
  } else {
    held = run;
    heldSinceMs = nowMs();
  }
}

function endTurn(): void {
  const run = held;
  isReading = false;
  held = null;
  run?.();
}

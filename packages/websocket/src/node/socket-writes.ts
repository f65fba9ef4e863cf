import { performance } from "node:perf_hooks";
import { WriteTurn } from "../core/write-turn.js";

/** As they were when this was loaded: a test that replaces the timers of a program means those of the program. */
const { setImmediate } = globalThis;

/** The writes of all connections. */
export const socketWrites: WriteTurn = new WriteTurn({
  nowMs: performance.now.bind(performance),
  afterTick: (run) => process.nextTick(run),
  afterReads: (run) => setImmediate(run),
});

// What a program has sent leaves, also when it ends itself before the turn is over.
process.once("exit", socketWrites.flushAll);

import { performance } from "node:perf_hooks";
import { WriteTurn } from "../core/write-turn.js";
import { nextTick, setImmediate } from "./event-loop.js";

export { nextTick, setImmediate };

/** What this process writes in answer to what it reads: frames of all connections, and replies of long-polling. */
export const turn: WriteTurn = new WriteTurn({
  nowMs: performance.now.bind(performance),
  afterTick: (run) => nextTick(run),
  afterReads: (run) => setImmediate(run),
});

// What a program has sent leaves, also when it ends itself before the turn is over, and when it says goodbye in a listener of its own.
process.once("exit", turn.end);

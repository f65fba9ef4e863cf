import { WriteTurn } from "@halyard/websocket/core";
import { performance } from "node:perf_hooks";

/** As they were when this was loaded: a test that replaces the timers of a program means those of the program. */
const { setImmediate } = globalThis;

/** The replies of long-polling, to whichever engine of this process. */
export const httpReplies: WriteTurn = new WriteTurn({
  nowMs: performance.now.bind(performance),
  afterTick: (run) => process.nextTick(run),
  afterReads: (run) => setImmediate(run),
});

// What a program has sent leaves, also when it ends itself before the turn is over.
process.once("exit", httpReplies.flushAll);

import { setImmediate } from "@halyard/websocket/turn";

/**
 * Throws an error of user code on its own: it reaches `uncaughtException` as any other, and what called the user's code
 * goes on. Not in a tick: an exception there has Node forget the rest of the pipelined requests it is parsing.
 */
export function throwLater(error: unknown): void {
  setImmediate(() => {
    throw error;
  });
}

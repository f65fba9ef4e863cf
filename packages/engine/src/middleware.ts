import type { IncomingMessage, ServerResponse } from "node:http";
import { logger } from "./log.js";
import { onRejection } from "./rejection.js";
import { throwLater } from "./throw-later.js";

const debug = logger("engine");

/** An Express-style middleware. Written as a method, so that one of a framework fits, whose requests have more fields. */
export type Middleware = {
  // oxlint-disable-next-line typescript/no-explicit-any -- `next(err)` takes whatever the middleware was given
  run(req: IncomingMessage, res: ServerResponse, next: (err?: any) => void): void;
}["run"];

/**
 * Runs middlewares in order. One that throws, or returns a promise that is rejected, counts as having failed; one that
 * calls `next` again is ignored.
 *
 * @param done called once, unless a middleware keeps the request to itself
 */
export function runMiddlewares(
  middlewares: readonly Middleware[],
  req: IncomingMessage,
  res: ServerResponse,
  done: (error: unknown) => void,
): void {
  const conclude = (error: unknown): void => {
    try {
      done(error);
    } catch (thrown) {
      throwLater(thrown); // of a listener: the middleware which called next() has not failed
    }
  };
  const run = (index: number): void => {
    const middleware = middlewares[index];
    if (middleware === undefined) {
      conclude(null);
      return;
    }
    let isCalled = false;
    const next = (error?: unknown): void => {
      if (isCalled) return;
      isCalled = true;
      if (error) {
        conclude(error);
      } else {
        run(index + 1);
      }
    };
    const fail = (error: unknown): void => {
      debug("middleware failed: %o", error);
      next(error || new Error("middleware failed"));
    };
    try {
      onRejection(middleware(req, res, next), fail);
    } catch (error) {
      fail(error);
    }
  };
  run(0);
}

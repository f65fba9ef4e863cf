import type { IncomingMessage, ServerResponse } from "node:http";

/** An Express-style middleware. */
// oxlint-disable-next-line typescript/no-explicit-any -- `next(err)` takes whatever the middleware was given
export type Middleware = (req: IncomingMessage, res: ServerResponse, next: (err?: any) => void) => void;

/**
 * Runs middlewares in order. One that throws counts as having failed; one that calls `next` again is ignored.
 *
 * @param done called once, unless a middleware keeps the request to itself
 */
export function runMiddlewares(
  middlewares: readonly Middleware[],
  req: IncomingMessage,
  res: ServerResponse,
  done: (error: unknown) => void,
): void {
  const run = (index: number): void => {
    const middleware = middlewares[index];
    if (middleware === undefined) {
      done(null);
      return;
    }
    let isCalled = false;
    const next = (error?: unknown): void => {
      if (isCalled) {
        return;
      }
      isCalled = true;
      if (error) {
        done(error);
      } else {
        run(index + 1);
      }
    };
    try {
      middleware(req, res, next);
    } catch (error) {
      next(error ?? new Error("middleware failed"));
    }
  };
  run(0);
}

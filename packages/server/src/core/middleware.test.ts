import { describe, expect, it } from "vitest";
import { type Middleware, runChain } from "./middleware.js";

function run(chain: Middleware<string[]>[]): { log: string[]; outcome: unknown[] } {
  const log: string[] = [];
  const outcome: unknown[] = [];
  runChain(
    chain,
    log,
    (error) => outcome.push(error),
    (error) => log.push(String(error)),
    (result, failed) => void (result instanceof Promise && result.catch(failed)),
  );
  return { log, outcome };
}

describe("chain of middlewares", () => {
  it("runs them in order, then is done", () => {
    const step =
      (name: string): Middleware<string[]> =>
      (log, next) => {
        log.push(name);
        next();
      };
    expect(run([step("a"), step("b")])).toEqual({ log: ["a", "b"], outcome: [null] });
    expect(run([])).toEqual({ log: [], outcome: [null] });
  });

  it("stops at the first error", () => {
    const error = new Error("no");
    expect(run([(_log, next) => next(error), (log) => log.push("never")]).outcome).toEqual([error]);
  });

  it("counts the first next() only", () => {
    const twice: Middleware<string[]> = (_log, next) => {
      next();
      next(new Error("late"));
      next();
    };
    expect(run([twice, twice]).outcome).toEqual([null]);
  });

  it("tells who throws, and goes no further", () => {
    const fails = (): never => {
      throw new Error("no");
    };
    expect(run([fails, (log) => log.push("never")])).toEqual({ log: ["Error: no"], outcome: [] });
  });

  it("tells whose promise is rejected, after next() too", async () => {
    const { log, outcome } = run([
      async (_log, next) => {
        next();
        await Promise.reject(new Error("late"));
      },
      () => Promise.reject(new Error("no")),
    ]);
    await new Promise(setImmediate);
    expect([log.toSorted(), outcome]).toEqual([["Error: late", "Error: no"], []]);
  });
});

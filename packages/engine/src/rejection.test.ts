// oxlint-disable unicorn/no-thenable -- the subject of these tests
import { expect, it } from "vitest";
import { onRejection } from "./rejection.js";

const error = new Error("no");

/** A thenable that is no `Promise`. */
function thenable(then: (resolved: (value: unknown) => void, rejected: (cause: unknown) => void) => void): object {
  return { then };
}

it.each([
  ["nothing", undefined, []],
  ["null", null, []],
  ["text", "then", []],
  ["an object", { then: 1 }, []],
  ["a promise that is fulfilled", Promise.resolve(1), []],
  ["an asynchronous function that throws", async () => Promise.reject(error), [error]],
  ["a thenable that is fulfilled", thenable((resolved) => resolved(1)), []],
  ["a thenable that is rejected", thenable((_resolved, rejected) => rejected(error)), [error]],
  [
    "a thenable that is rejected later, twice",
    thenable((_resolved, rejected) => setImmediate(() => [rejected(error), rejected(error)])),
    [error],
  ],
  [
    "a thenable whose then throws",
    thenable(() => {
      throw error;
    }),
    [error],
  ],
  [
    "a thenable whose then rejects and throws",
    thenable((_resolved, rejected) => {
      rejected(error);
      throw error;
    }),
    [error],
  ],
  [
    "an object whose then cannot be read",
    Object.defineProperty({}, "then", {
      get() {
        throw error;
      },
    }),
    [error],
  ],
  [
    "a function with a then",
    Object.assign(
      () => {},
      thenable((_resolved, rejected) => rejected(error)),
    ),
    [error],
  ],
])("%s", async (_title, result, expected) => {
  const causes: unknown[] = [];
  onRejection(typeof result === "function" && !("then" in result) ? result() : result, (cause) => causes.push(cause));
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  expect(causes).toEqual(expected);
});

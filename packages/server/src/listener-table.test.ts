import { EventEmitter } from "node:events";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useLeanTable } from "./listener-table.js";

function lean(): EventEmitter {
  const emitter = new EventEmitter();
  useLeanTable(emitter);
  return emitter;
}

/** Names of which some mean something to an object that is no mere table. */
const NAMES = [
  "a",
  "b",
  "0",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "newListener",
  "removeListener",
];
const METHODS = ["on", "prependListener", "once", "off", "removeAllListeners", "emit", "forget all"] as const;

interface Step {
  readonly method: (typeof METHODS)[number];
  readonly name: string;
  /** Which of three listeners. */
  readonly which: number;
}

/** Does the steps, and writes down all that can be seen of it. */
function play(emitter: EventEmitter, steps: readonly Step[]): unknown[] {
  const seen: unknown[] = [];
  const listeners = [0, 1, 2].map(
    (id) =>
      (...args: unknown[]) =>
        void seen.push([id, typeof args[0]]),
  );
  for (const { method, name, which } of steps) {
    const listener = listeners[which] as () => void;
    if (method === "emit") seen.push(emitter.emit(name, which));
    else if (method === "forget all") emitter.removeAllListeners();
    else if (method === "removeAllListeners") emitter.removeAllListeners(name);
    else emitter[method](name, listener);
    seen.push(emitter.eventNames(), ...NAMES.map((each) => emitter.listenerCount(each)));
    seen.push(
      emitter.rawListeners(name).length,
      emitter.listeners(name).map((each) => listeners.indexOf(each as never)),
    );
  }
  return seen;
}

describe("an emitter with a lean table", () => {
  it("is as any other, whatever its events are called", () => {
    const step = fc.record({
      method: fc.constantFrom(...METHODS),
      name: fc.constantFrom(...NAMES),
      which: fc.integer({ min: 0, max: 2 }),
    });
    const check = fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
      expect(play(lean(), steps)).toEqual(play(new EventEmitter(), steps));
    });
    fc.assert(check, { numRuns: 1000 });
  });

  it("has no listeners that nobody added", () => {
    for (const name of NAMES) {
      expect([lean().emit(name), lean().listenerCount(name), lean().rawListeners(name)]).toEqual([false, 0, []]);
    }
    expect(() => lean().emit("error", new Error("nobody listens"))).toThrow("nobody listens");
  });
});

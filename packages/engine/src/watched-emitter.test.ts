import { EventEmitter, once } from "node:events";
import { describe, expect, it } from "vitest";
import { WatchedEmitter } from "./watched-emitter.js";

class Emitter extends WatchedEmitter {
  protected override get watchedEvents(): readonly string[] {
    return ["a", "b"];
  }
  get bits(): number {
    return this.watched;
  }
}

const listener = (): void => {};

describe("watched emitter", () => {
  it.each(["on", "addListener", "once", "prependListener", "prependOnceListener"] as const)("notices %s", (method) => {
    const emitter = new Emitter();
    emitter[method]("b", listener);
    emitter[method]("other", listener);
    expect(emitter.bits).toBe(2);
  });

  it.each(["off", "removeListener"] as const)("notices %s", (method) => {
    const emitter = new Emitter().on("a", listener).on("a", listener).on("b", listener);
    emitter[method]("a", listener);
    expect(emitter.bits).toBe(3);
    emitter[method]("a", listener);
    expect(emitter.bits).toBe(2);
  });

  it("notices the end of once()", () => {
    const emitter = new Emitter().once("a", listener);
    emitter.emit("a");
    expect(emitter.bits).toBe(0);
  });

  it("notices removeAllListeners", () => {
    const emitter = new Emitter().on("a", listener).on("b", listener);
    expect(emitter.removeAllListeners("a").bits).toBe(2);
    expect(emitter.removeAllListeners().bits).toBe(0);
  });

  it("is an EventEmitter in every respect, before and after the first listener", async () => {
    const emitter = new Emitter();
    expect(emitter).toBeInstanceOf(EventEmitter);
    expect(emitter.emit("a")).toBe(false);
    expect(emitter.eventNames()).toEqual([]);
    expect(emitter.listeners("a")).toEqual([]);
    expect(emitter.rawListeners("a")).toEqual([]);
    expect(emitter.listenerCount("a")).toBe(0);
    expect(emitter.getMaxListeners()).toBe(EventEmitter.defaultMaxListeners);
    expect(emitter.removeListener("a", listener).removeAllListeners("a")).toBe(emitter);
    expect(emitter.setMaxListeners(3).getMaxListeners()).toBe(3);
    expect(() => emitter.emit("error", new Error("oops"))).toThrow("oops");
    const arrived = once(emitter, "a");
    emitter.emit("a", 1);
    expect(await arrived).toEqual([1]);
    emitter.on("a", listener);
    expect(emitter.eventNames()).toEqual(["a"]);
    expect(emitter.listeners("a")).toEqual([listener]);
  });
});

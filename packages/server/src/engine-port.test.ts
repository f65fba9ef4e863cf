import { EventEmitter } from "node:events";
import { Server } from "@halyard/engine";
import { describe, expect, it } from "vitest";
import { assertEngine } from "./engine-port.js";

describe("assertEngine", () => {
  it("is content with ours, and with any that has events", () => {
    for (const engine of [new Server(), new EventEmitter()]) expect(() => assertEngine(engine)).not.toThrow();
  });

  it.each([
    ["nothing", undefined, "io.bind() needs an engine, and got undefined"],
    ["an object without events", {}, "io.bind() needs an engine, and got object"],
    [
      "engine.io 3",
      Object.assign(new EventEmitter(), { pingTimeout: 5000 }),
      "engine.io 3 or older; 4 or later is needed",
    ],
  ])("refuses %s", (_title, given, text) => {
    expect(() => assertEngine(given)).toThrow(text);
  });
});

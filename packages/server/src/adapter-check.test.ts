import { Adapter } from "@halyard/adapter";
import { describe, expect, it } from "vitest";
import { assertAdapter, describeOldAdapter } from "./adapter-check.js";

describe("describeOldAdapter", () => {
  it("is content with ours and what extends it", () => {
    for (const type of [Adapter, class Mine extends Adapter {}]) {
      expect(describeOldAdapter(Object.create(type.prototype) as object, "/")).toBeNull();
    }
  });

  it("names what an old one lacks", () => {
    class Old extends Adapter {}
    Object.defineProperty(Old.prototype, "restoreSession", { value: undefined });
    const adapter = Object.create(Old.prototype) as object;
    expect(describeOldAdapter(adapter, "/chat")).toContain('"/chat" (Old)');
    expect(describeOldAdapter(adapter, "/chat")).toContain("it has no restoreSession;");
  });
});

describe("assertAdapter", () => {
  it("is content with ours", () => {
    expect(() => assertAdapter(Object.create(Adapter.prototype), "/")).not.toThrow();
  });

  it.each([
    ["nothing", undefined, 'made for namespace "/" is no adapter but undefined'],
    [
      "a function that makes adapters",
      () => null,
      "is no adapter but function; was createAdapter given without calling it?",
    ],
    ["one of Socket.IO 2", new (class Old {})(), "(Old) is no adapter of Socket.IO 3 or later: it has no init()"],
  ])("refuses %s", (_title, given, text) => {
    expect(() => assertAdapter(given, "/")).toThrow(text);
  });
});

import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import * as browser from "./globals.js";
import * as node from "./globals.node.js";

describe("polling by default", () => {
  it("is left out where there is no XMLHttpRequest, in service workers, but not in Node", () => {
    expect([browser.canPoll(), node.canPoll()]).toEqual([false, true]);
    vi.stubGlobal("XMLHttpRequest", class {});
    expect(browser.canPoll()).toBe(true);
    vi.unstubAllGlobals();
  });
});

describe("the next tick in Node", () => {
  it("comes also while a test replaces that of the program", async () => {
    const replaced = vi.spyOn(process, "nextTick").mockImplementation(() => {});
    const next = new Promise<void>((resolve) => node.nextTick(resolve));
    replaced.mockRestore();
    await next;
  });
});

describe("length in UTF-8", () => {
  it.each(["", "a", "\x7f\x80", "\u07ff\u0800", "\uffff", "😀", "\ud800", "\udc00a", "a\ud800😀"])("of %j", (text) => {
    expect(browser.utf8Bytes(text)).toBe(node.utf8Bytes(text));
  });

  it("is the same on all platforms", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(browser.utf8Bytes(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });
});

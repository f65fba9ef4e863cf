import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as browser from "./globals.js";
import * as node from "./globals.node.js";

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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertSubprotocols, parseSubprotocols } from "./subprotocol.js";

describe("Sec-WebSocket-Protocol, RFC 6455 §11.3.4", () => {
  it.each([
    ["chat", ["chat"]],
    ["chat, superchat", ["chat", "superchat"]],
    [" chat\t,superchat ", ["chat", "superchat"]],
    ["__proto__,constructor", ["__proto__", "constructor"]],
    ["Chat,chat", ["Chat", "chat"]],
  ])("takes %j in order", (header, names) => {
    expect([...(parseSubprotocols(header) ?? [])]).toEqual(names);
  });

  it.each(["", " ", ",", "a,", ",a", "a,,b", "a b", "@bad", "a\u00a0", "chat, chat", "a;b", '"a"', "a\0", "é"])(
    "refuses %j",
    (header) => {
      expect(parseSubprotocols(header)).toBeNull();
    },
  );

  it("is linear: 400,000 blanks before an unexpected character take no noticeable time", () => {
    expect(parseSubprotocols(`b${" ".repeat(400_000)}x`)).toBeNull();
    expect(parseSubprotocols(",".repeat(400_000))).toBeNull();
  });

  it("reads back any list of unique tokens, and never throws on anything else", () => {
    const name = fc.string({ unit: fc.constantFrom(..."!#$09azAZ~".split("")), minLength: 1 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
        expect([...(parseSubprotocols(names.join(", ")) ?? [])]).toEqual(names);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseSubprotocols(text)));
  });

  it("lets a client ask for unique tokens only", () => {
    expect(() => assertSubprotocols(["a", "b"])).not.toThrow();
    for (const bad of [[""], ["a b"], ["a", "a"], ["é"], [1 as unknown as string]]) {
      expect(() => assertSubprotocols(bad)).toThrow(
        expect.objectContaining({
          name: "SyntaxError",
          message: "An invalid or duplicated subprotocol was specified",
          cause: bad.at(-1),
        }),
      );
    }
  });
});

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { assertSubprotocols, parseSubprotocols } from "./subprotocol.js";

function parse(header: string): string[] {
  const names = parseSubprotocols(header);
  if (names instanceof SyntaxError) throw names;
  return [...names];
}

describe("Sec-WebSocket-Protocol, RFC 6455 §11.3.4", () => {
  it.each([
    ["chat", ["chat"]],
    ["chat, superchat", ["chat", "superchat"]],
    [" chat\t,superchat ", ["chat", "superchat"]],
    ["__proto__,constructor", ["__proto__", "constructor"]],
    ["Chat,chat", ["Chat", "chat"]],
  ])("takes %j in order", (header, names) => {
    expect(parse(header)).toEqual(names);
  });

  it.each<[string, string]>([
    ["", "Unexpected end of input"],
    [" ", "Unexpected end of input"],
    ["a,", "Unexpected end of input"],
    [",", "Unexpected character at index 0"],
    [",a", "Unexpected character at index 0"],
    ["a,,b", "Unexpected character at index 2"],
    ["a b", "Unexpected character at index 2"],
    ["@bad", "Unexpected character at index 0"],
    ["a\u00a0", "Unexpected character at index 1"],
    ["a;b", "Unexpected character at index 1"],
    ['"a"', "Unexpected character at index 0"],
    ["a\0", "Unexpected character at index 1"],
    ["é", "Unexpected character at index 0"],
    ["chat, chat", 'The "chat" subprotocol is duplicated'],
  ])("refuses %j: %s", (header, message) => {
    expect(parseSubprotocols(header)).toEqual(new SyntaxError(message));
  });

  it("is linear: 400,000 blanks before an unexpected character take no noticeable time", () => {
    expect(parseSubprotocols(`b${" ".repeat(400_000)}x`)).toBeInstanceOf(SyntaxError);
    expect(parseSubprotocols(",".repeat(400_000))).toBeInstanceOf(SyntaxError);
  });

  it("reads back any list of unique tokens, and never throws on anything else", () => {
    const name = fc.string({ unit: fc.constantFrom(..."!#$09azAZ~".split("")), minLength: 1 });
    fc.assert(
      fc.property(fc.uniqueArray(name, { minLength: 1 }), (names) => {
        expect(parse(names.join(", "))).toEqual(names);
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

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatExtension, parseExtensions, type Extension } from "./extension-header.js";

const simple = (name: string, ...params: (readonly [string, string | null])[]): Extension => ({
  name,
  params: params.map(([key, value]) => ({ name: key, value })),
});

describe("Sec-WebSocket-Extensions, RFC 6455 §9.1", () => {
  it.each<[string, string, Extension[]]>([
    ["a name alone", "foo", [simple("foo")]],
    ["several names, blanks around", " foo ,\tbar , baz ", [simple("foo"), simple("bar"), simple("baz")]],
    ["parameters with and without values", "foo; a; b=1", [simple("foo", ["a", null], ["b", "1"])]],
    ["blanks around ; and =", "foo ; a = 1 ;b", [simple("foo", ["a", "1"], ["b", null])]],
    ["a quoted value", 'foo; a="12"', [simple("foo", ["a", "12"])]],
    ["an escaped character in quotes", 'foo; a="1\\2"', [simple("foo", ["a", "12"])]],
    ["an empty quoted value", 'foo; a=""', [simple("foo", ["a", ""])]],
    ["blanks after a quoted value", 'foo; a="1" , bar', [simple("foo", ["a", "1"]), simple("bar")]],
    ["doubled parameters", "foo; a=1; a=2", [simple("foo", ["a", "1"], ["a", "2"])]],
    [
      "names of Object.prototype",
      "constructor; __proto__=1, toString; hasOwnProperty",
      [simple("constructor", ["__proto__", "1"]), simple("toString", ["hasOwnProperty", null])],
    ],
  ])("takes %s", (_title, header, expected) => {
    expect(parseExtensions(header)).toEqual(expected);
  });

  it.each<[string, number]>([
    ["", 0],
    [" ", 1],
    [",", 0],
    [";", 0],
    ["foo,", 4],
    [",foo", 0],
    ["foo,,", 4],
    ["foo,,bar", 4],
    ["foo;", 4],
    ["foo;;", 4],
    ["foo;,bar", 4],
    ["foo; =1", 5],
    ["=x", 0],
    ["a b", 2],
    ["foo; a b", 7],
    ["foo; a=", 7],
    ["foo; a=1 2", 9],
    ['foo; a="', 8],
    ['foo; a="1', 9],
    ['foo; a="1 2"', 9],
    ['foo; a=" 1"', 8],
    ['foo; a="1"2', 10],
    ['foo; a="\\', 9],
    ['foo; a="\\"', 9],
    ['foo; a="\\ "', 9],
    ['foo; "a"=1', 5],
    ["foo; a=1=2", 8],
    ["foo\n", 3],
    ["föo", 1],
    ["foo; a=\u{1f600}", 7],
    ["\0", 0],
  ])("refuses %j, from %i on", (header, index) => {
    const message = index === header.length ? "Unexpected end of input" : `Unexpected character at index ${index}`;
    expect(parseExtensions(header)).toEqual(new SyntaxError(message));
  });

  it("is linear: 200,000 blanks, semicolons or quotes take no noticeable time", () => {
    const n = 200_000;
    for (const unit of [" ", ";", "a;", ",", "\\", '"', "a; b=", 'a;b="']) {
      expect(parseExtensions(`foo${unit.repeat(n)}\0`)).toBeInstanceOf(SyntaxError);
    }
  });

  it("reads back what it writes", () => {
    fc.assert(
      fc.property(fc.array(extension, { minLength: 1, maxLength: 5 }), (list) => {
        expect(parseExtensions(list.map(formatExtension).join(", "))).toEqual(list);
      }),
    );
  });

  it("never throws and never mistakes a cut header for the whole one", () => {
    fc.assert(
      fc.property(fc.array(extension, { minLength: 1, maxLength: 3 }), fc.nat(), (list, cut) => {
        const header = list.map(formatExtension).join(", ");
        const parsed = parseExtensions(header.slice(0, cut % header.length));
        expect(parsed).not.toEqual(list);
      }),
    );
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void parseExtensions(text)));
  });
});

const TOKEN = "!#$%&'*+-.^_`|~019azAZ".split("");
const token = fc.string({ unit: fc.constantFrom(...TOKEN), minLength: 1, maxLength: 12 });
const extension = fc.record(
  {
    name: token,
    params: fc.array(fc.record({ name: token, value: fc.option(token) }, { noNullPrototype: true }), { maxLength: 4 }),
  },
  { noNullPrototype: true },
);

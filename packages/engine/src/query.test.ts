import { describe, expect, it } from "vitest";
import { parseQuery, protocolOf } from "./query.js";

describe("query", () => {
  it.each([
    ["/engine.io/", {}],
    ["/engine.io/?", {}],
    ["/?EIO=4&transport=polling&sid=a", { EIO: "4", transport: "polling", sid: "a" }],
    ["/?a=b=c", { a: "b=c" }],
    ["/?a", { a: "" }],
    ["/?a&&b=1&", { a: "", b: "1" }],
    ["/?a=1&a=2", { a: "2" }],
    ["/?a=%26%3D&b=x+y", { a: "&=", b: "x y" }],
    ["/?a=%zz", { a: "%zz" }],
    ["/?a=\u00e9", { a: "\u00e9" }],
    ["/?a=1#b=2", { a: "1" }],
    ["/?a=%231#?b=2", { a: "#1" }],
  ])("%s", (url, expected) => {
    expect({ ...parseQuery(url) }).toEqual(expected);
  });

  it.each(["/?__proto__=1&constructor=2", "/?__proto__=0&__proto__=%31&constructor=2"])(
    "is a plain object: %s",
    (url) => {
      const query = parseQuery(url);
      expect(Object.getPrototypeOf(query)).toBe(Object.prototype);
      expect(Object.entries(query)).toEqual([
        ["__proto__", "1"],
        ["constructor", "2"],
      ]);
      expect(query.hasOwnProperty("EIO")).toBe(false); // as programs ask `handshake.query`
    },
  );

  it.each([
    ["/?EIO=4", 4],
    ["/?EIO=3", 3],
    ["/", 3],
    ["/?EIO=abc", 3],
    ["/?EIO=04", 3],
  ])("revision of %s is %i", (url, expected) => {
    expect(protocolOf(parseQuery(url))).toBe(expected);
  });
});

it("reads what URLSearchParams reads, up to a fragment", () => {
  const alphabet = ["a", "b", "=", "&", "?", "%41", "%", "+", "#", "\u00e9", "~", "\x7f"];
  for (let seed = 1; seed < 20_000; seed++) {
    let text = "";
    for (let rest = seed; rest > 0; rest = Math.floor(rest / alphabet.length)) text += alphabet[rest % alphabet.length];
    const expected: Record<string, string> = {};
    for (const [name, value] of new URLSearchParams(`?${text.split("#")[0]}`)) expected[name] = value;
    expect({ ...parseQuery(`/x?${text}`) }, text).toEqual(expected);
  }
});

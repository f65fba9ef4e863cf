import { describe, expect, it } from "vitest";
import { chooseEncoding } from "./accept-encoding.js";

describe("Accept-Encoding (RFC 9110 §12.5.3)", () => {
  it.each([
    [undefined, null],
    ["", null],
    ["gzip, deflate", "gzip"],
    ["deflate, gzip", "deflate"],
    ["deflate", "deflate"],
    ["br", null],
    ["gzip;q=0", null],
    ["gzip;q=0.5, deflate", "deflate"],
    ["gzip;q=0.5, deflate;q=0.4", "gzip"],
    ["GZIP", "gzip"],
    ["*", "gzip"],
    ["*, gzip;q=0", "deflate"],
    ["*;q=0", null],
    ["identity", null],
    ["gzip;q=x", null],
    ["gzip;q=1e9", null],
    [`${"a,".repeat(600)}gzip`, null],
  ])("%s", (header, expected) => {
    expect(chooseEncoding(header, ["gzip", "deflate"])).toBe(expected);
  });

  it.each([
    ["gzip, deflate, br", "gzip"],
    ["br;q=1.0, gzip;q=0.5", "br"],
    ["gzip;q=0.2, br;q=0.9", "br"],
    ["*", "br"],
    ["*, br;q=0", "gzip"],
    ["constructor, toString", null],
  ])("%s, where br is at hand", (header, expected) => {
    expect(chooseEncoding(header, ["br", "gzip", "deflate"])).toBe(expected);
  });
});

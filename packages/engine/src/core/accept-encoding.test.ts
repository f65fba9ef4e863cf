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
    expect(chooseEncoding(header)).toBe(expected);
  });
});

import { describe, expect, it } from "vitest";
import { url } from "./url.js";

const page = { protocol: "https:", host: "woot.com:4005" };

describe("first argument of io()", () => {
  it.each([
    ["nothing", undefined, page, { protocol: "https", host: "woot.com", port: "4005", path: "/" }],
    [
      "a namespace of the page's server",
      "/test",
      page,
      { protocol: "https", host: "woot.com", port: "4005", path: "/test" },
    ],
    ["no scheme", "localhost:3000/x", page, { protocol: "https", host: "localhost", port: "3000", path: "/x" }],
    [
      "the scheme of the page",
      "//localhost",
      { ...page, protocol: "http:" },
      { protocol: "http", host: "localhost", port: "80" },
    ],
    ["no scheme and no page", "localhost:3000", undefined, { protocol: "https", host: "localhost", port: "3000" }],
    ["a default port", "http://google.com", page, { port: "80", path: "/", id: "http://google.com:80" }],
    ["a secure default port", "wss://google.com/woot", page, { port: "443", path: "/woot" }],
    ["IPv6", "http://[::1]", page, { host: "::1", port: "80", id: "http://[::1]:80" }],
    [
      "the page, by IPv6",
      undefined,
      { protocol: "http:", host: "[::1]:" },
      { host: "::1", port: "80", id: "http://[::1]:80" },
    ],
    ["a query", "http://h/n?a=b&c=%20d", page, { path: "/n", query: "a=b&c=%20d", source: "http://h/n?a=b&c=%20d" }],
  ])("%s", (_title, uri, location, expected) => {
    expect(url(uri, "", location)).toMatchObject(expected);
  });

  it("shares a manager for a default port, given or not", () => {
    expect(url("http://google.com/").id).toBe(url("http://google.com:80/").id);
    expect(url("http://google.com/").id).not.toBe(url("https://google.com/").id);
    expect(url("http://google.com/", "/a").id).not.toBe(url("http://google.com/", "/b").id);
  });
});

import { describe, expect, it } from "vitest";
import { isSameOrigin, parseClientUrl, type ClientTarget } from "./client-url.js";

describe("addresses of a WebSocket, RFC 6455 §3", () => {
  it.each<[string, Partial<ClientTarget> & { href: string }]>([
    ["ws://a.example", { href: "ws://a.example/", host: "a.example", port: 80, path: "/", isSecure: false }],
    ["wss://a.example:8443/x?y=1", { href: "wss://a.example:8443/x?y=1", port: 8443, path: "/x?y=1", isSecure: true }],
    ["http://a.example", { href: "ws://a.example/", port: 80, isSecure: false }],
    ["https://a.example", { href: "wss://a.example/", port: 443, isSecure: true }],
    ["ws://[::1]:90/", { href: "ws://[::1]:90/", host: "::1", port: 90 }],
    ["ws://me:p%3Aw@a.example/", { href: "ws://me:p%3Aw@a.example/", auth: "me:p:w" }],
    [
      "ws+unix:/tmp/x.sock:/chat?a=1",
      { href: "ws+unix:/tmp/x.sock:/chat?a=1", socketPath: "/tmp/x.sock", path: "/chat?a=1" },
    ],
    ["ws+unix:/x.sock:/a:b", { href: "ws+unix:/x.sock:/a:b", socketPath: "/x.sock", path: "/a:b" }],
    ["ws+unix://a.example/x.sock", { href: "ws+unix://a.example/x.sock", socketPath: "/x.sock", host: "a.example" }],
    ["ws+unix:/tmp/x.sock", { href: "ws+unix:/tmp/x.sock", socketPath: "/tmp/x.sock", path: "/" }],
  ])("reads %s", (address, { href, ...target }) => {
    expect(parseClientUrl(address)).toMatchObject({ auth: null, socketPath: null, ...target });
    expect(parseClientUrl(new URL(address)).url.href).toBe(href);
  });

  it.each([
    ["no-url", "Invalid URL: no-url"],
    ["ftp://a.example", `The URL's protocol must be one of "ws:", "wss:", "http:", "https:", or "ws+unix:"`],
    ["ws://a.example/#x", "The URL contains a fragment identifier"],
    ["ws+unix:", "The URL's pathname is empty"],
    ["ws://%ff@a.example/", "percent-encoded"],
  ])("refuses %s", (address, message) => {
    expect(() => parseClientUrl(address)).toThrow(SyntaxError);
    expect(() => parseClientUrl(address)).toThrow(message);
  });

  it("reads a redirect relative to where it came from", () => {
    const base = new URL("wss://a.example/x/y?z");
    expect(parseClientUrl("../b", base).url.href).toBe("wss://a.example/b");
    expect(parseClientUrl("//b.example", base).url.href).toBe("wss://b.example/");
  });

  it.each([
    ["ws://a/", "ws://a/x", true],
    ["ws://a/", "http://a:80/", true],
    ["wss://a/", "ws://a/", false],
    ["wss://a/", "ws://a:443/", false],
    ["ws://a/", "ws://b/", false],
    ["ws://a/", "ws://a:81/", false],
    ["ws+unix:/s", "ws+unix:/s:/x", true],
    ["ws+unix:/s", "ws+unix:/t", false],
  ])("knows whether %s and %s are one origin", (a, b, same) => {
    expect(isSameOrigin(parseClientUrl(a), parseClientUrl(b))).toBe(same);
  });
});

import { describe, expect, it } from "vitest";
import { CookieJar, parseCookie } from "./cookie-jar.js";

describe("Set-Cookie (RFC 6265 §5.2)", () => {
  const past = new Date(0);
  it.each([
    ["foo=bar", { name: "foo", value: "bar" }],
    [" foo = bar ;Path=/", { name: "foo", value: "bar" }],
    ["foo=a=b&c=d; Domain=.x; Secure", { name: "foo", value: "a=b&c=d" }],
    ['foo="bar"', { name: "foo", value: "bar" }],
    ["foo=", { name: "foo", value: "" }],
    [
      "foo=bar; EXPIRES=Tue, 01 Jul 2025 10:01:11 GMT",
      { name: "foo", value: "bar", expires: new Date(1_751_364_071_000) },
    ],
    ["foo=bar; expires=soon", { name: "foo", value: "bar", expires: past }],
    ["foo=bar; Max-Age=0", { name: "foo", value: "bar", expires: past }],
    ["foo=bar; MAX-AGE=-1; Expires=Tue, 01 Jul 2100 10:01:11 GMT", { name: "foo", value: "bar", expires: past }],
    ["foo=bar; max-age=never", { name: "foo", value: "bar" }],
    ["foo", null],
    ["=bar", null],
    ["", null],
  ])("%s", (text, cookie) => expect(parseCookie(text)).toEqual(cookie));

  it("Max-Age is in seconds from now", () => {
    const { expires } = parseCookie("foo=bar; Max-Age=1000") ?? {};
    expect(Math.abs((expires?.getTime() ?? 0) - Date.now() - 1_000_000)).toBeLessThan(1000);
  });
});

describe("CookieJar", () => {
  it("replaces and deletes by name", () => {
    const jar = new CookieJar();
    jar.parseCookies(["a=1", "b=2", "c=3"]);
    jar.parseCookies(["a=4", "b=; Max-Age=0", "d=5; Expires=Thu, 01 Jan 1970 00:00:00 GMT"]);
    expect(jar.pairs()).toEqual(["a=4", "c=3"]);
    jar.parseCookies(undefined);
    jar.parseCookies(null);
    expect([...jar.cookies].map(([name]) => name)).toEqual(["a", "c"]);
  });

  it("holds 50 cookies of 4096 characters, and one more of each is refused", () => {
    const jar = new CookieJar();
    jar.parseCookies([`big=${"x".repeat(4092)}`, `bigger=${"x".repeat(4092)}`]);
    expect(jar.pairs()).toHaveLength(1);
    jar.parseCookies(Array.from({ length: 60 }, (_unused, i) => `c${i}=1`));
    expect(jar.pairs()).toHaveLength(50);
    jar.parseCookies(["c0=2"]);
    expect(jar.pairs()).toContain("c0=2");
  });

  it("writes headers", () => {
    const jar = new CookieJar();
    const set: string[] = [];
    jar.addCookies({ setRequestHeader: (...pair) => set.push(...pair) });
    jar.parseCookies(["a=1", "b=2"]);
    jar.addCookies({ setRequestHeader: (...pair) => set.push(...pair) });
    expect(set).toEqual(["cookie", "a=1; b=2"]);
    const headers = new Headers();
    jar.appendCookies(headers);
    expect(headers.get("cookie")).toMatch(/^a=1[;,] b=2$/);
  });
});

import { describe, expect, it } from "vitest";
import { parse } from "./parse-uri.js";
import { decodeQuery, encodeQuery, splitUri } from "./uri.js";

describe("splitUri", () => {
  const rows: [uri: string, protocol: string, host: string, port: string, path: string, query: string][] = [
    ["http://google.com", "http", "google.com", "", "", ""],
    ["https://www.google.com:80", "https", "www.google.com", "80", "", ""],
    ["google.com:8080/foo/bar?foo=bar", "", "google.com", "8080", "/foo/bar", "foo=bar"],
    ["localhost:8080", "", "localhost", "8080", "", ""],
    ["2001:db8:85a3:42:1000:8a2e:370:7334", "", "2001:db8:85a3:42:1000:8a2e:370:7334", "", "", ""],
    ["2001:db8:85a3:42:1000:8a2e:370:7334:80", "", "2001:db8:85a3:42:1000:8a2e:370:7334", "80", "", ""],
    ["2001::7334:a:80", "", "2001::7334:a:80", "", "", ""],
    ["http://[2001::7334:a]:80/foo?a=b#c", "http", "2001::7334:a", "80", "/foo", "a=b"],
    ["::1", "", "::1", "", "", ""],
    ["wss://user:pass@host/x", "wss", "host", "", "/x", ""],
    ["/foo?bar=@example.com", "", "", "", "/foo", "bar=@example.com"],
    ["?a=b", "", "", "", "", "a=b"],
    ["http://h/a:b@c", "http", "h", "", "/a:b@c", ""],
    ["", "", "", "", "", ""],
  ];
  it.each(rows)("%s", (uri, protocol, host, port, path, query) => {
    expect(splitUri(uri)).toMatchObject({ protocol, host, port, path, query });
  });

  it("8000 characters, and one more", () => {
    expect(splitUri("x".repeat(8000)).host).toHaveLength(8000);
    expect(() => splitUri("x".repeat(8001))).toThrow("URI too long");
  });

  it("is quick on what does not match", () => {
    for (const part of ["a:", "0:", "@", "[", "::", "?#"]) splitUri(part.repeat(3000));
  });
});

describe("parse", () => {
  it("gives every part", () => {
    expect(parse("ws://foo:bar@[::1]:80/a/b.c?x=1&y&z=2=3#end")).toEqual({
      source: "ws://foo:bar@[::1]:80/a/b.c?x=1&y&z=2=3#end",
      protocol: "ws",
      authority: "foo:bar@::1:80",
      userInfo: "foo:bar",
      user: "foo",
      password: "bar",
      host: "::1",
      port: "80",
      relative: "/a/b.c?x=1&y&z=2=3#end",
      path: "/a/b.c",
      directory: "/a/",
      file: "b.c",
      query: "x=1&y&z=2=3",
      anchor: "end",
      ipv6uri: true,
      pathNames: ["a", "b.c"],
      queryKey: { x: "1", y: "", z: "2=3" },
    });
  });
});

describe("query strings", () => {
  it("there and back", () => {
    const query = { a: "x y", "b&": "=", c: "" };
    expect(encodeQuery(query)).toBe("a=x%20y&b%26=%3D&c=");
    expect(decodeQuery(encodeQuery(query))).toEqual(query);
  });

  it("throws on what is not percent-encoding", () => expect(() => decodeQuery("a=%zz&b")).toThrow(URIError));
});

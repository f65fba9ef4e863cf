import { describe, expect, it } from "vitest";
import { attachPath, resolveOptions } from "./options.js";

describe("options", () => {
  it("that are undefined are not given", () => {
    const nothing = { pingInterval: undefined, transports: undefined, perMessageDeflate: undefined, cors: undefined };
    expect(resolveOptions(nothing as object)).toEqual(resolveOptions({}));
  });

  it("that are falsy are given", () => {
    const given = { admissionTimeout: 0, maxPayloadPackets: 0, allowUpgrades: false, httpCompression: false } as const;
    expect(resolveOptions(given)).toMatchObject(given);
  });

  it.each([
    [true, { threshold: 1024 }],
    [false, false],
    [
      { threshold: 5, level: 1 },
      { threshold: 5, level: 1 },
    ],
  ])("of compression: %j means %j", (given, resolved) => {
    expect(resolveOptions({ perMessageDeflate: given, httpCompression: given })).toMatchObject({
      perMessageDeflate: resolved,
      httpCompression: resolved,
    });
  });

  it("that are null are off, where there is something to switch off", () => {
    const given = { perMessageDeflate: null, httpCompression: null } as object;
    expect(resolveOptions(given)).toMatchObject({ perMessageDeflate: false, httpCompression: false });
  });

  it.each([{ name: "no name" }, { name: "" }, { path: "/\r\nx: y" }, { domain: "a;b" }])(
    "refuses the cookie %j at once, not with the first request",
    (cookie) => {
      expect(() => resolveOptions({ cookie })).toThrow(TypeError);
    },
  );

  it("reads digits as the number they spell", () => {
    const { pingInterval, maxHttpBufferSize } = resolveOptions({
      pingInterval: "300" as never,
      maxHttpBufferSize: "1e6" as never,
    });
    expect([pingInterval, maxHttpBufferSize]).toEqual([300, 1_000_000]);
  });

  it.each([
    [{}, "/engine.io/"],
    [{ path: "" }, "/engine.io/"],
    [{ path: "/" }, "/"],
    [{ path: "/a/" }, "/a/"],
    [{ path: "/a/", addTrailingSlash: false }, "/a"],
  ])("of attach %j give the path %s", (given, path) => {
    expect(attachPath(given)).toBe(path);
  });

  it("takes no limit of size", () => {
    expect(resolveOptions({ maxHttpBufferSize: Infinity }).maxHttpBufferSize).toBe(Infinity);
  });

  it.each([
    ["pingInterval", "25s", "'25s'"],
    ["pingInterval", Infinity, "Infinity"],
    ["pingTimeout", Number.NaN, "NaN"],
    ["upgradeTimeout", null, "null"],
    ["admissionTimeout", -1, "-1"],
    ["maxHttpBufferSize", "1mb", "'1mb'"],
    ["maxBufferedAmount", "", "''"],
  ])("refuses %s %s by its name and value", (name, value, shown) => {
    expect(() => resolveOptions({ [name]: value })).toThrow(new RegExp(`^${name} must be a number .*, got ${shown}$`));
  });
});

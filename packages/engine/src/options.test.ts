import { describe, expect, it } from "vitest";
import { resolveOptions } from "./options.js";

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
});

import { describe, expect, it } from "vitest";
import { readLimits } from "./limits.js";

describe("limits of a server", () => {
  it("has documented defaults", () => {
    expect(readLimits({})).toEqual({
      maxEventArguments: 1000,
      maxNestingDepth: 512,
      maxAttachments: 10,
      maxAttachmentBytes: 1_000_000,
      maxNamespacesPerConnection: 1000,
      maxPendingConnects: 100,
      maxEmptyChildNamespaces: 10_000,
    });
  });

  it("bounds attachments by the largest message unless told otherwise", () => {
    expect(readLimits({ maxHttpBufferSize: 5 }).maxAttachmentBytes).toBe(5);
    expect(readLimits({ maxHttpBufferSize: 5, maxAttachmentBytes: 7 }).maxAttachmentBytes).toBe(7);
    expect(readLimits({ maxHttpBufferSize: Infinity }).maxAttachmentBytes).toBe(Infinity);
    expect(readLimits({ maxHttpBufferSize: "1000" }).maxAttachmentBytes).toBe(1000);
    expect(readLimits({ maxHttpBufferSize: 1000.5 }).maxAttachmentBytes).toBe(1000);
  });

  it.each([0, -1, 1.5, Number.NaN, "10" as never])("refuses %s", (value) => {
    expect(() => readLimits({ maxNestingDepth: value })).toThrow(/maxNestingDepth must be a positive integer/);
  });

  it("can be lifted", () => {
    expect(readLimits({ maxNamespacesPerConnection: Infinity }).maxNamespacesPerConnection).toBe(Infinity);
  });
});

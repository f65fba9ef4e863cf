import { Adapter } from "@halyard/adapter";
import { describe, expect, it } from "vitest";
import { describeOldAdapter } from "./adapter-check.js";

describe("describeOldAdapter", () => {
  it("is content with ours and what extends it", () => {
    for (const type of [Adapter, class Mine extends Adapter {}]) {
      expect(describeOldAdapter(Object.create(type.prototype) as object, "/")).toBeNull();
    }
  });

  it("names what an old one lacks", () => {
    class Old extends Adapter {}
    Object.defineProperty(Old.prototype, "restoreSession", { value: undefined });
    const adapter = Object.create(Old.prototype) as object;
    expect(describeOldAdapter(adapter, "/chat")).toContain('"/chat" (Old)');
    expect(describeOldAdapter(adapter, "/chat")).toContain("it has no restoreSession;");
  });
});

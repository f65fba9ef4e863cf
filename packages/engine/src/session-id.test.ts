import { describe, expect, it } from "vitest";
import { generateSessionId } from "./session-id.js";

describe("session id", () => {
  it("is 20 URL-safe characters", () => {
    for (let i = 0; i < 1000; i++) {
      expect(generateSessionId()).toMatch(/^[\w-]{20}$/);
    }
  });

  it("does not repeat itself, in any of its parts", () => {
    const ids = Array.from({ length: 2000 }, generateSessionId);
    expect(new Set(ids).size).toBe(2000);
    expect(new Set(ids.map((id) => id.slice(0, 16))).size).toBe(2000);
    expect(new Set(ids.map((id) => id.slice(16))).size).toBe(2000);
  });
});

import { describe, expect, it, vi } from "vitest";
import { Ticker } from "./ticker.js";

describe("ticker", () => {
  it("goes on after the timers were replaced for a while", async () => {
    const ticker = new Ticker(1);
    const due = new Promise<number>((resolve) => {
      vi.useFakeTimers();
      const item = { wheelSlot: -1, wheelIndex: 0, wheelDueMs: 0, onDue: resolve };
      ticker.schedule(item, ticker.nowMs() + 5);
      vi.useRealTimers();
    });
    expect(await due).toBeLessThanOrEqual(ticker.nowMs());
  });
});

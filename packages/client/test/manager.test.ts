// The manager over an engine client that does what the test says.
import { describe, expect, it, vi } from "vitest";
import { BareManager } from "../src/bare-manager.js";
import type { EngineClass } from "../src/manager-connection.js";
import { Emitter, type EventsMap } from "../src/emitter.js";

/** Refuses its options while `isBroken`; opens when told to. */
class FakeEngine extends Emitter<EventsMap, EventsMap> {
  static isBroken = false;
  static current: FakeEngine;

  constructor() {
    super();
    if (FakeEngine.isBroken) throw new TypeError("unknown transport");
    FakeEngine.current = this;
  }

  write(): void {}
  close(): void {}
  _hasPingExpired(): boolean {
    return false;
  }
}

function managerOf(): BareManager {
  const engineClass = FakeEngine as unknown as EngineClass;
  return new BareManager(
    "http://server",
    { autoConnect: false, reconnectionDelay: 1, reconnectionDelayMax: 1 },
    engineClass,
  );
}

describe("a manager whose options are wrong for a while", () => {
  it("throws at the program that opens it, and can be opened afterwards", () => {
    FakeEngine.isBroken = true;
    const manager = managerOf();
    expect(() => manager.open()).toThrow("unknown transport");
    FakeEngine.isBroken = false;
    expect(manager.open()._readyState).toBe("opening");
  });

  it("reports it when it reconnects, and receives every packet once when they are right again", async () => {
    vi.useFakeTimers();
    try {
      const manager = managerOf();
      const packets: unknown[] = [];
      const errors: string[] = [];
      manager.on("packet", ({ data }) => packets.push(data));
      manager.on("reconnect_error", ({ message }) => errors.push(message));
      manager.open();
      FakeEngine.current.emit("open");
      FakeEngine.isBroken = true;
      FakeEngine.current.emit("close", "transport close");
      await vi.advanceTimersByTimeAsync(4);
      expect(errors.length).toBeGreaterThan(1);
      FakeEngine.isBroken = false;
      await vi.advanceTimersByTimeAsync(2);
      FakeEngine.current.emit("open");
      FakeEngine.current.emit("data", '2["once"]');
      await vi.advanceTimersByTimeAsync(0);
      expect(packets).toEqual([["once"]]);
    } finally {
      FakeEngine.isBroken = false;
      vi.useRealTimers();
    }
  });

  it("hears nothing of an engine it has discarded", async () => {
    const manager = managerOf();
    const packets: unknown[] = [];
    manager.on("packet", (packet) => packets.push(packet));
    manager.open();
    const old = FakeEngine.current;
    old.emit("open");
    manager._close();
    old.emit("data", '2["late"]');
    old.emit("close", "transport close");
    await Promise.resolve();
    expect(packets).toEqual([]);
    expect(manager._readyState).toBe("closed");
  });
});

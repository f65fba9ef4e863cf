import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deadlineMs, nextHeartbeat, startHeartbeat } from "./heartbeat.js";

describe("Engine.IO v4 and v3, Heartbeat (server)", () => {
  it.each([
    ["pings when the interval is over", "waiting", "deadline", "awaiting-pong", "send-ping", "timeout"],
    ["gives up after the timeout", "awaiting-pong", "deadline", "stopped", "expire", null],
    ["starts over with the pong", "awaiting-pong", "pong", "waiting", null, "interval"],
    ["takes an unasked pong for a sign of life", "waiting", "pong", "waiting", null, "interval"],
    ["extends once for another packet", "awaiting-pong", "other-packet", "awaiting-longer", null, "timeout"],
    ["does not extend twice", "awaiting-longer", "other-packet", "awaiting-longer", null, null],
    ["starts over with a pong after the extension", "awaiting-longer", "pong", "waiting", null, "interval"],
    ["gives up after the extension", "awaiting-longer", "deadline", "stopped", "expire", null],
    ["does not care for packets while it waits", "waiting", "other-packet", "waiting", null, null],
    ["v3: a ping prolongs", "listening", "ping", "listening", null, "interval-and-timeout"],
    ["v3: other packets do not", "listening", "other-packet", "listening", null, null],
    ["v3: a pong does not", "listening", "pong", "listening", null, null],
    ["v3: gives up at the deadline", "listening", "deadline", "stopped", "expire", null],
    ["v4: a ping changes nothing", "waiting", "ping", "waiting", null, null],
    ["v4: a ping is no pong", "awaiting-pong", "ping", "awaiting-pong", null, null],
    ["ends with the session", "awaiting-pong", "end", "stopped", "cancel-deadline", null],
    ["stays stopped", "stopped", "deadline", "stopped", null, null],
    ["stays stopped whatever comes", "stopped", "pong", "stopped", null, null],
  ] as const)("%s", (_title, before, event, state, action, delay) => {
    expect(nextHeartbeat(before, event)).toEqual({ state, action, delay });
  });

  it.each([
    [4, "waiting", "interval"],
    [3, "listening", "interval-and-timeout"],
  ] as const)("starts in revision %i", (protocol, state, delay) => {
    expect(startHeartbeat(protocol)).toEqual({ state, action: null, delay });
  });

  it.each([
    ["interval", 25_000, 1_025_000],
    ["timeout", 25_000, 1_020_042],
    ["interval-and-timeout", 25_000, 1_045_042],
  ] as const)("counts a delay of %s from the event", (delay, pingIntervalMs, dueMs) => {
    expect(deadlineMs(1_000_042, delay, { pingIntervalMs, pingTimeoutMs: 20_000 })).toBe(dueMs);
  });

  it("lets sessions ping together, never late and at most 5 % or 100 ms early", () => {
    fc.assert(
      fc.property(fc.nat(1e9), fc.integer({ min: 1, max: 1e6 }), (nowMs, pingIntervalMs) => {
        const earlyMs = nowMs + pingIntervalMs - deadlineMs(nowMs, "interval", { pingIntervalMs, pingTimeoutMs: 1 });
        expect(earlyMs).toBeGreaterThanOrEqual(0);
        expect(earlyMs).toBeLessThan(Math.max(1, Math.min(100, pingIntervalMs / 20)));
      }),
    );
    const timing = { pingIntervalMs: 1000, pingTimeoutMs: 1 };
    const moments = Array.from({ length: 1000 }, (_, nowMs) => deadlineMs(nowMs, "interval", timing));
    expect(new Set(moments).size).toBe(20);
  });
});

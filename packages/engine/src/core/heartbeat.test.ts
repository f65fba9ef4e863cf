import { describe, expect, it } from "vitest";
import { heartbeatDueMs, type HeartbeatState, nextHeartbeat, startHeartbeat, STOPPED } from "./heartbeat.js";

const timing = { pingIntervalMs: 25_000, pingTimeoutMs: 20_000 };
const waiting: HeartbeatState = { tag: "waiting", atMs: 25_000 };
const awaiting: HeartbeatState = { tag: "awaiting-pong", deadlineMs: 45_000, extended: false };
const extended: HeartbeatState = { tag: "awaiting-pong", deadlineMs: 60_000, extended: true };
const listening: HeartbeatState = { tag: "listening", deadlineMs: 45_000 };

describe("Engine.IO v4 and v3, Heartbeat (server)", () => {
  it.each([
    ["waits for the interval", waiting, "tick", 24_999, waiting, null],
    ["pings when it is over", waiting, "tick", 25_000, awaiting, "send-ping"],
    ["gives the peer its timeout", awaiting, "tick", 44_999, awaiting, null],
    ["gives up after it", awaiting, "tick", 45_000, STOPPED, "expire"],
    ["starts over with the pong", awaiting, "pong", 30_000, { tag: "waiting", atMs: 55_000 }, null],
    ["takes an unasked pong for a sign of life", waiting, "pong", 10_000, { tag: "waiting", atMs: 35_000 }, null],
    ["extends once for another packet", awaiting, "other-packet", 40_000, extended, null],
    ["does not extend twice", extended, "other-packet", 50_000, extended, null],
    ["gives up after the extension", extended, "tick", 60_000, STOPPED, "expire"],
    ["does not care for packets while it waits", waiting, "other-packet", 10_000, waiting, null],
    ["v3: a ping prolongs", listening, "ping", 10_000, { tag: "listening", deadlineMs: 55_000 }, null],
    ["v3: other packets do not", listening, "other-packet", 10_000, listening, null],
    ["v3: a pong does not", listening, "pong", 10_000, listening, null],
    ["v3: gives up at the deadline", listening, "tick", 45_000, STOPPED, "expire"],
    ["v4: a ping changes nothing", waiting, "ping", 10_000, waiting, null],
    ["stays stopped", STOPPED, "tick", 1e9, STOPPED, null],
    ["stays stopped whatever comes", STOPPED, "pong", 1e9, STOPPED, null],
  ] as const)("%s", (_title, state, event, nowMs, expected, action) => {
    expect(nextHeartbeat(state, event, nowMs, timing)).toEqual({ state: expected, action });
  });

  it.each([
    [4, { tag: "waiting", atMs: 25_100 }, 25_100],
    [3, { tag: "listening", deadlineMs: 45_100 }, 45_100],
  ] as const)("starts in revision %i", (protocol, expected, dueMs) => {
    const state = startHeartbeat(protocol, 100, timing);
    expect(state).toEqual(expected);
    expect(heartbeatDueMs(state)).toBe(dueMs);
  });

  it("wants no tick when stopped", () => {
    expect(heartbeatDueMs(STOPPED)).toBe(Infinity);
  });
});

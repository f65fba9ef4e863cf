import { describe, expect, it } from "vitest";
import { EXPIRED, IDLE, nextDeadline } from "./heartbeat.js";

describe("Engine.IO v4, Heartbeat (client)", () => {
  it.each([
    ["the open packet starts it", IDLE, 50, 70, 120],
    ["a ping moves the deadline", 100, 50, 70, 120],
    ["at the deadline it is in time", 100, 100, undefined, 100],
    ["past the deadline it has expired", 100, 101, undefined, EXPIRED],
    ["nothing expires before it starts", IDLE, 1e15, undefined, IDLE],
    ["expired is said again", EXPIRED, 1, undefined, EXPIRED],
    ["expired is said again by a clock that went back", EXPIRED, 0, undefined, EXPIRED],
    ["a late ping does not revive it", EXPIRED, 50, 70, EXPIRED],
    ["a period of 0 is a period", 100, 50, 0, 50],
  ])("%s", (_title, deadlineMs, nowMs, periodMs, next) => {
    expect(nextDeadline(deadlineMs, nowMs, periodMs)).toBe(next);
  });
});

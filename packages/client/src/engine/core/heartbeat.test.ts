import { describe, expect, it } from "vitest";
import { IDLE, nextHeartbeat, type HeartbeatEvent, type HeartbeatState } from "./heartbeat.js";

const waiting: HeartbeatState = { tag: "waiting", deadlineMs: 100 };
const expired: HeartbeatState = { tag: "expired" };
const beat: HeartbeatEvent = { type: "beat", nowMs: 50, periodMs: 70 };

describe("Engine.IO v4, Heartbeat (client)", () => {
  const rows: [title: string, state: HeartbeatState, event: HeartbeatEvent, next: HeartbeatState][] = [
    ["the open packet starts it", IDLE, beat, { tag: "waiting", deadlineMs: 120 }],
    ["a ping moves the deadline", waiting, beat, { tag: "waiting", deadlineMs: 120 }],
    ["at the deadline it is in time", waiting, { type: "check", nowMs: 100 }, waiting],
    ["past the deadline it has expired", waiting, { type: "check", nowMs: 101 }, expired],
    ["nothing expires before it starts", IDLE, { type: "check", nowMs: 1e15 }, IDLE],
    ["expired is said again", expired, { type: "check", nowMs: 0 }, expired],
    ["a late ping does not revive it", expired, beat, expired],
    ["stop ends the wait", waiting, { type: "stop" }, IDLE],
    ["stop ends it after expiry", expired, { type: "stop" }, IDLE],
  ];
  it.each(rows)("%s", (_title, state, event, next) => expect(nextHeartbeat(state, event)).toEqual(next));
});

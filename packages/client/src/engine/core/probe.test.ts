import { describe, expect, it } from "vitest";
import { nextProbe, type ProbeEvent, type ProbeState } from "./probe.js";

describe("Engine.IO v4, Upgrade (client)", () => {
  const rows: [title: string, state: ProbeState, event: ProbeEvent, next: ProbeState][] = [
    ["an open candidate is probed", "opening", "open", "probing"],
    ["a candidate that cannot open is reported", "opening", "lost", "failed"],
    ["a candidate that is too late is closed", "opening", "beaten", "superseded"],
    ["the answer pauses the current transport", "probing", "pong", "pausing"],
    ["another answer is reported", "probing", "stranger", "failed"],
    ["a loss while probing is reported", "probing", "lost", "failed"],
    ["a slower candidate is closed", "probing", "beaten", "superseded"],
    ["once paused the candidate is adopted", "pausing", "paused", "adopted"],
    ["a loss while pausing is reported", "pausing", "lost", "failed"],
    ["packets while pausing mean nothing", "pausing", "stranger", "pausing"],
    ["a second answer means nothing", "pausing", "pong", "pausing"],
    ["two candidates cannot pause", "pausing", "beaten", "pausing"],
    ["a packet before the open means nothing", "opening", "pong", "opening"],
    ["paused without a pause means nothing", "probing", "paused", "probing"],
  ];
  it.each(rows)("%s", (_title, state, event, next) => expect(nextProbe(state, event)).toBe(next));

  const events: ProbeEvent[] = ["open", "pong", "stranger", "paused", "lost", "beaten"];
  it.each(["adopted", "failed", "superseded"] as const)("%s is final", (state) => {
    for (const event of events) expect(nextProbe(state, event)).toBe(state);
  });
});

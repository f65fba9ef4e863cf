import { describe, expect, it } from "vitest";
import { nextProbe, type ProbeAction, type ProbeEvent, type ProbeState } from "./probe.js";

describe("Engine.IO v4, Upgrade (client)", () => {
  const rows: [title: string, state: ProbeState, event: ProbeEvent, next: ProbeState, action: ProbeAction | null][] = [
    ["an open candidate is probed", "opening", "open", "probing", "send-probe"],
    ["a candidate that cannot open is reported", "opening", "lost", "failed", "report-loss"],
    ["a candidate that is too late is closed", "opening", "superseded", "failed", "close-candidate"],
    ["the answer pauses the current transport", "probing", "pong", "pausing", "pause-current"],
    ["another answer is reported", "probing", "stranger", "failed", "report-answer"],
    ["a loss while probing is reported", "probing", "lost", "failed", "report-loss"],
    ["a slower candidate is closed", "probing", "superseded", "failed", "close-candidate"],
    ["once paused the candidate is adopted", "pausing", "paused", "adopted", "adopt"],
    ["a loss while pausing is reported", "pausing", "lost", "failed", "report-loss"],
    ["packets while pausing mean nothing", "pausing", "stranger", "pausing", null],
    ["a second answer means nothing", "pausing", "pong", "pausing", null],
    ["two candidates cannot pause", "pausing", "superseded", "pausing", null],
    ["a packet before the open means nothing", "opening", "pong", "opening", null],
    ["paused without a pause means nothing", "probing", "paused", "probing", null],
  ];
  it.each(rows)("%s", (_title, state, event, next, action) =>
    expect(nextProbe(state, event)).toEqual({ state: next, action }),
  );

  const events: ProbeEvent[] = ["open", "pong", "stranger", "paused", "lost", "superseded"];
  it.each(["adopted", "failed"] as const)("%s is final", (state) => {
    for (const event of events) expect(nextProbe(state, event)).toEqual({ state, action: null });
  });
});

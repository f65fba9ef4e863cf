import { describe, expect, it } from "vitest";
import { nextSession, OPEN, OPENING, type SessionState } from "./session-state.js";

const awaitsDrain: SessionState = { tag: "closing", awaits: "drain" };
const awaitsTransport: SessionState = { tag: "closing", awaits: "transport" };
const closed: SessionState = { tag: "closed", reason: "ping timeout" };
const close = { type: "close", discard: false, hasPending: false } as const;

describe("session", () => {
  it.each([
    ["opens", OPENING, { type: "opened" }, OPEN, null],
    ["opens once", awaitsDrain, { type: "opened" }, awaitsDrain, null],
    ["closes its transport", OPEN, close, awaitsTransport, "close-transport"],
    ["sends what is queued before", OPEN, { ...close, hasPending: true }, awaitsDrain, null],
    ["closes after the queue has left", awaitsDrain, { type: "drained" }, awaitsTransport, "close-transport"],
    ["does not mind a drain while open", OPEN, { type: "drained" }, OPEN, null],
    ["closes its transport once", awaitsTransport, { type: "drained" }, awaitsTransport, null],
    ["ignores a second close", awaitsDrain, close, awaitsDrain, null],
    [
      "gives the queue up when told",
      OPEN,
      { ...close, discard: true, hasPending: true },
      awaitsTransport,
      "discard-transport",
    ],
    [
      "gives the queue up while it waits for it",
      awaitsDrain,
      { ...close, discard: true },
      awaitsTransport,
      "discard-transport",
    ],
    ["cannot be closed before it is open", OPENING, close, OPENING, null],
    [
      "ends",
      OPEN,
      { type: "ended", reason: "transport close" },
      { tag: "closed", reason: "transport close" },
      "release",
    ],
    [
      "ends while it closes",
      awaitsDrain,
      { type: "ended", reason: "forced close" },
      { tag: "closed", reason: "forced close" },
      "release",
    ],
    ["ends once", closed, { type: "ended", reason: "forced close" }, closed, null],
    ["cannot be opened again", closed, { type: "opened" }, closed, null],
    ["cannot be closed again", closed, { ...close, discard: true }, closed, null],
  ] as const)("%s", (_title, state, event, expected, action) => {
    expect(nextSession(state, event)).toEqual({ state: expected, action });
  });
});

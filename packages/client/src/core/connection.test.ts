import { describe, expect, it } from "vitest";
import { CLOSED, nextConnection, type ConnectionState } from "./connection.js";

const FOREVER = { isEnabled: true, limit: Infinity, isAwaited: false };
const AWAITED = { ...FOREVER, isAwaited: true };
const TWICE = { ...FOREVER, limit: 2 };
const NEVER = { ...FOREVER, isEnabled: false };
const OPEN: ConnectionState = { tag: "open" };
const opening = (attempt: number): ConnectionState => ({ tag: "opening", attempt });
const waiting = (attempt: number): ConnectionState => ({ tag: "waiting", attempt });

describe("connection of a manager", () => {
  it.each([
    ["opens when asked", CLOSED, "open", FOREVER, opening(0), ["create-engine"]],
    ["is open", opening(0), "engine-open", FOREVER, OPEN, ["open"]],
    ["opens once", opening(0), "open", FOREVER, opening(0), []],
    ["stays open when asked again", OPEN, "open", FOREVER, OPEN, []],
    ["closes when asked", OPEN, "close", FOREVER, CLOSED, ["discard-engine", "close"]],
    ["gives up opening when asked", opening(0), "close", FOREVER, CLOSED, ["discard-engine", "close"]],
    ["gives up waiting when asked", waiting(3), "close", FOREVER, CLOSED, ["cancel-retry", "close"]],
    ["has nothing to close", CLOSED, "close", FOREVER, CLOSED, []],

    ["waits after a loss", OPEN, "engine-lost", FOREVER, waiting(1), ["discard-engine", "schedule-retry", "close"]],
    ["does not wait when told not to", OPEN, "engine-lost", NEVER, CLOSED, ["discard-engine", "close"]],
    ["ignores a loss it knows of", waiting(1), "engine-lost", FOREVER, waiting(1), []],

    [
      "tries again",
      waiting(1),
      "retry-due",
      FOREVER,
      opening(1),
      ["cancel-retry", "reconnect_attempt", "create-engine"],
    ],
    [
      "tries at once when the program asks",
      waiting(4),
      "open",
      FOREVER,
      opening(4),
      ["cancel-retry", "reconnect_attempt", "create-engine"],
    ],
    ["is back", opening(2), "engine-open", FOREVER, OPEN, ["open", "reconnect"]],
    ["ignores a retry nobody waits for", CLOSED, "retry-due", FOREVER, CLOSED, []],

    [
      "retries the first opening",
      opening(0),
      "engine-failed",
      FOREVER,
      waiting(1),
      ["discard-engine", "schedule-retry", "error"],
    ],
    [
      "leaves it to who awaits the first opening",
      opening(0),
      "engine-failed",
      AWAITED,
      CLOSED,
      ["discard-engine", "error"],
    ],
    [
      "does not retry the first opening when told not to",
      opening(0),
      "engine-failed",
      NEVER,
      CLOSED,
      ["discard-engine", "error"],
    ],
    [
      "retries again",
      opening(1),
      "engine-failed",
      TWICE,
      waiting(2),
      ["discard-engine", "schedule-retry", "error", "reconnect_error"],
    ],
    [
      "retries though somebody awaits it",
      opening(1),
      "engine-failed",
      { ...TWICE, isAwaited: true },
      waiting(2),
      ["discard-engine", "schedule-retry", "error", "reconnect_error"],
    ],
    [
      "has tried often enough",
      opening(2),
      "engine-failed",
      TWICE,
      CLOSED,
      ["discard-engine", "error", "reconnect_failed", "reconnect_error"],
    ],
    ["ignores a failure when open", OPEN, "engine-failed", FOREVER, OPEN, []],

    [
      "stops waiting when reconnection is switched off",
      waiting(1),
      "reconnection-disabled",
      NEVER,
      CLOSED,
      ["cancel-retry"],
    ],
    ["stays open when reconnection is switched off", OPEN, "reconnection-disabled", NEVER, OPEN, []],
  ] as const)("%s", (_title, state, event, policy, next, actions) => {
    expect(nextConnection(state, event, policy)).toEqual({ state: next, actions });
  });

  it("counts again from the first attempt after it was open", () => {
    const back = nextConnection(opening(7), "engine-open", FOREVER);
    expect(nextConnection(back.state, "engine-lost", FOREVER).state).toEqual(waiting(1));
  });
});

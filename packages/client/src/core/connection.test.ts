import { describe, expect, it } from "vitest";
import { CLOSED, nextConnection, type ConnectionEvent, type ConnectionState } from "./connection.js";

const FOREVER = { isEnabled: true, limit: Infinity };
const TWICE = { isEnabled: true, limit: 2 };
const NEVER = { isEnabled: false, limit: Infinity };
const OPEN: ConnectionState = { tag: "open" };
const opening = (attempt: number): ConnectionState => ({ tag: "opening", attempt });
const waiting = (attempt: number): ConnectionState => ({ tag: "waiting", attempt });
const FAILED: ConnectionEvent = { type: "engine-failed", isAwaited: false };
const AWAITED: ConnectionEvent = { type: "engine-failed", isAwaited: true };

describe("connection of a manager", () => {
  it.each([
    ["opens when asked", CLOSED, { type: "open" }, FOREVER, opening(0), ["createEngine"]],
    ["is open", opening(0), { type: "engine-open" }, FOREVER, OPEN, ["reportOpen"]],
    ["opens once", opening(0), { type: "open" }, FOREVER, opening(0), []],
    ["stays open when asked again", OPEN, { type: "open" }, FOREVER, OPEN, []],
    ["closes when asked", OPEN, { type: "close" }, FOREVER, CLOSED, ["discardEngine", "reportClose"]],
    ["gives up opening when asked", opening(0), { type: "close" }, FOREVER, CLOSED, ["discardEngine", "reportClose"]],
    ["gives up waiting when asked", waiting(3), { type: "close" }, FOREVER, CLOSED, ["cancelRetry", "reportClose"]],
    ["has nothing to close", CLOSED, { type: "close" }, FOREVER, CLOSED, []],

    [
      "waits after a loss",
      OPEN,
      { type: "engine-lost" },
      FOREVER,
      waiting(1),
      ["discardEngine", "scheduleRetry", "reportClose"],
    ],
    ["does not wait when told not to", OPEN, { type: "engine-lost" }, NEVER, CLOSED, ["discardEngine", "reportClose"]],
    ["ignores a loss it knows of", waiting(1), { type: "engine-lost" }, FOREVER, waiting(1), []],

    ["tries again", waiting(1), { type: "retry-due" }, FOREVER, opening(1), ["reportAttempt", "createEngine"]],
    [
      "tries at once when the program asks",
      waiting(4),
      { type: "open" },
      FOREVER,
      opening(4),
      ["cancelRetry", "reportAttempt", "createEngine"],
    ],
    ["is back", opening(2), { type: "engine-open" }, FOREVER, OPEN, ["reportOpen", "reportReconnect"]],
    ["ignores a retry nobody waits for", CLOSED, { type: "retry-due" }, FOREVER, CLOSED, []],

    [
      "retries the first opening",
      opening(0),
      FAILED,
      FOREVER,
      waiting(1),
      ["discardEngine", "scheduleRetry", "reportError"],
    ],
    [
      "leaves it to who awaits the first opening",
      opening(0),
      AWAITED,
      FOREVER,
      CLOSED,
      ["discardEngine", "reportError"],
    ],
    [
      "does not retry the first opening when told not to",
      opening(0),
      FAILED,
      NEVER,
      CLOSED,
      ["discardEngine", "reportError"],
    ],
    [
      "retries again",
      opening(1),
      FAILED,
      TWICE,
      waiting(2),
      ["discardEngine", "scheduleRetry", "reportError", "reportReconnectError"],
    ],
    [
      "retries though somebody awaits it",
      opening(1),
      AWAITED,
      TWICE,
      waiting(2),
      ["discardEngine", "scheduleRetry", "reportError", "reportReconnectError"],
    ],
    [
      "has tried often enough",
      opening(2),
      FAILED,
      TWICE,
      CLOSED,
      ["discardEngine", "reportError", "reportReconnectFailed", "reportReconnectError"],
    ],
    ["ignores a failure when open", OPEN, FAILED, FOREVER, OPEN, []],

    [
      "stops waiting when reconnection is switched off",
      waiting(1),
      { type: "reconnection-disabled" },
      NEVER,
      CLOSED,
      ["cancelRetry"],
    ],
    ["stays open when reconnection is switched off", OPEN, { type: "reconnection-disabled" }, NEVER, OPEN, []],
  ] as const)("%s", (_title, state, event, policy, next, actions) => {
    expect(nextConnection(state, event, policy)).toEqual({ state: next, actions });
  });

  it("counts again from the first attempt after it was open", () => {
    const back = nextConnection(opening(7), { type: "engine-open" }, FOREVER);
    expect(nextConnection(back.state, { type: "engine-lost" }, FOREVER).state).toEqual(waiting(1));
  });
});

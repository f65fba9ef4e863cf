import { describe, expect, it } from "vitest";
import { advance, CLOSED, type ConnectionEvent, type ConnectionShell, type ConnectionState } from "./connection.js";

const FOREVER = { isEnabled: true, limit: Infinity, isAwaited: false };
const AWAITED = { ...FOREVER, isAwaited: true };
const TWICE = { ...FOREVER, limit: 2 };
const NEVER = { ...FOREVER, isEnabled: false };
const OPEN: ConnectionState = { tag: "open", attempt: 0 };
const opening = (attempt: number): ConnectionState => ({ tag: "opening", attempt });
const waiting = (attempt: number): ConnectionState => ({ tag: "waiting", attempt });

interface Policy {
  isEnabled: boolean;
  limit: number;
  isAwaited: boolean;
}

/** A shell that only writes down what it is told to do. */
function recorder(connection: ConnectionState, policy: Policy): ConnectionShell & { actions: string[] } {
  const actions: string[] = [];
  return {
    actions,
    life: connection,
    reconnection: () => policy.isEnabled,
    reconnectionAttempts: () => policy.limit,
    openCallback: policy.isAwaited ? () => {} : undefined,
    createEngine: () => void actions.push("create-engine"),
    discardEngine: () => void actions.push("discard-engine"),
    scheduleRetry: () => void actions.push("schedule-retry"),
    cancelRetry: () => void actions.push("cancel-retry"),
    report: (event) => void actions.push(event),
  };
}

function next(
  before: ConnectionState,
  event: ConnectionEvent,
  policy: Policy,
): { state: ConnectionState; actions: string[] } {
  const shell = recorder(before, policy);
  advance(shell, event);
  return { state: shell.life, actions: shell.actions };
}

describe("connection of a manager", () => {
  it.each([
    ["opens when asked", CLOSED, "open", FOREVER, opening(0), ["create-engine"]],
    ["is open", opening(0), "engine-open", FOREVER, OPEN, ["open"]],
    ["opens once", opening(0), "open", FOREVER, opening(0), []],
    ["stays open when asked again", OPEN, "open", FOREVER, OPEN, []],
    ["closes when asked", OPEN, "close", FOREVER, CLOSED, ["cancel-retry", "discard-engine", "close"]],
    ["gives up opening when asked", opening(0), "close", FOREVER, CLOSED, ["cancel-retry", "discard-engine", "close"]],
    ["gives up waiting when asked", waiting(3), "close", FOREVER, CLOSED, ["cancel-retry", "discard-engine", "close"]],
    ["has nothing to close", CLOSED, "close", FOREVER, CLOSED, []],

    ["waits after a loss", OPEN, "engine-lost", FOREVER, waiting(1), ["discard-engine", "close", "schedule-retry"]],
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
      ["discard-engine", "error", "schedule-retry"],
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
      ["discard-engine", "error", "schedule-retry", "reconnect_error"],
    ],
    [
      "retries though somebody awaits it",
      opening(1),
      "engine-failed",
      { ...TWICE, isAwaited: true },
      waiting(2),
      ["discard-engine", "error", "schedule-retry", "reconnect_error"],
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
  ] as const)("%s", (_title, before, event, policy, state, actions) => {
    expect(next(before, event, policy)).toEqual({ state, actions });
  });

  it.each([
    ["a loss", OPEN, "engine-lost", NEVER],
    ["a first opening that failed", opening(0), "engine-failed", NEVER],
    ["the last attempt", opening(2), "engine-failed", TWICE],
  ] as const)("begins the attempts when asked after %s", (_title, before, event, policy) => {
    const shell = recorder(before, policy);
    advance(shell, event);
    expect(shell.life.tag).toBe("closed");
    shell.actions.length = 0;
    advance(shell, "reconnect");
    expect(shell.life).toEqual(waiting(1));
    advance(shell, "reconnect");
    expect(shell.actions).toEqual(["schedule-retry"]);
  });

  it.each([
    ["closed by the program", CLOSED],
    ["opening", opening(0)],
    ["open", OPEN],
  ])("does not begin attempts when asked while %s", (_title, state) => {
    expect(next(state, "reconnect", FOREVER)).toEqual({ state, actions: [] });
  });

  it("counts again from the first attempt after it was open", () => {
    const back = next(opening(7), "engine-open", FOREVER);
    expect(next(back.state, "engine-lost", FOREVER).state).toEqual(waiting(1));
  });

  it("creates no engine when a listener of the attempt calls it off", () => {
    const shell = recorder(waiting(1), FOREVER);
    const report = shell.report.bind(shell);
    shell.report = (event, details) => {
      report(event, details);
      if (event === "reconnect_attempt") advance(shell, "close");
    };
    advance(shell, "retry-due");
    expect(shell.actions).toEqual(["cancel-retry", "reconnect_attempt", "cancel-retry", "discard-engine", "close"]);
    expect(shell.life).toBe(CLOSED);
  });

  /** A shell one of whose listeners does something when the last attempt has failed. */
  function onLastFailure(policy: Policy, act: (shell: ConnectionShell) => void): string[] {
    const shell = recorder(opening(2), policy);
    const report = shell.report.bind(shell);
    shell.report = (event, details) => {
      report(event, details);
      if (event === "error") act(shell);
    };
    advance(shell, "engine-failed");
    return shell.actions;
  }

  it("reconnects in a proxy that wraps what is read from it, as Vue's `reactive` does", () => {
    const wrap = <T extends object>(target: T): T =>
      new Proxy(target, {
        get(object, key) {
          const value: unknown = Reflect.get(object, key);
          return typeof value === "object" && value !== null ? wrap(value) : value;
        },
      });
    const shell = recorder(OPEN, FOREVER);
    advance(wrap(shell), "engine-lost");
    advance(wrap(shell), "retry-due");
    expect(shell.actions).toEqual([
      "discard-engine",
      "close",
      "schedule-retry",
      "cancel-retry",
      "reconnect_attempt",
      "create-engine",
    ]);
  });

  it("creates one engine when a listener of the attempt closes and opens anew", () => {
    const shell = recorder(waiting(1), FOREVER);
    shell.report = (event) => {
      if (event !== "reconnect_attempt") return;
      advance(shell, "close");
      advance(shell, "open");
    };
    advance(shell, "retry-due");
    expect(shell.actions.filter((action) => action === "create-engine")).toHaveLength(1);
    expect(shell.life).toEqual(opening(0));
  });

  it("goes by the settings after the report", () => {
    const policy = { ...TWICE };
    const raise = (): void => void (policy.limit = 3);
    expect(onLastFailure(policy, raise)).toEqual(["discard-engine", "error", "schedule-retry", "reconnect_error"]);
  });

  it("has not given up before the report: a listener that closes it hears of no failure", () => {
    const close = (shell: ConnectionShell): void => advance(shell, "close");
    expect(onLastFailure(TWICE, close)).toEqual([
      "discard-engine",
      "error",
      "cancel-retry",
      "discard-engine",
      "close",
      "reconnect_error",
    ]);
    const disable = (shell: ConnectionShell): void => advance(shell, "reconnection-disabled");
    expect(onLastFailure(TWICE, disable)).toEqual(["discard-engine", "error", "cancel-retry", "reconnect_error"]);
  });

  it("goes on when a listener throws", () => {
    const shell = recorder(OPEN, FOREVER);
    shell.report = () => {
      throw new Error("of a listener");
    };
    expect(() => advance(shell, "engine-lost")).toThrow("of a listener");
    expect(shell.actions).toEqual(["discard-engine", "schedule-retry"]);
  });

  it("is closed by the program also after a loss for good: nothing reconnects it", () => {
    const shell = recorder(OPEN, NEVER);
    advance(shell, "engine-lost");
    advance(shell, "close");
    advance(shell, "reconnect");
    expect(shell.actions).toEqual(["discard-engine", "close"]);
    expect(shell.life).toBe(CLOSED);
  });

  it("gives reports what they are about", () => {
    const shell = recorder(opening(2), TWICE);
    const reports: unknown[] = [];
    shell.report = (...report) => reports.push(report);
    advance(shell, "engine-failed", ["why"]);
    expect(reports).toEqual([
      ["error", ["why"]],
      ["reconnect_failed", []],
      ["reconnect_error", ["why"]],
    ]);
  });
});

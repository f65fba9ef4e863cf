/**
 * Life of a manager's connection. Pure: no engine, no timer.
 *
 * `attempt` counts the reconnection attempts since the connection was last open; 0 means that the program asked.
 */
export type ConnectionState =
  | { readonly tag: "closed" }
  | { readonly tag: "opening"; readonly attempt: number }
  | { readonly tag: "open" }
  | { readonly tag: "waiting"; readonly attempt: number };

export type ConnectionEvent =
  | { readonly type: "open" }
  | { readonly type: "close" }
  | { readonly type: "engine-open" }
  /** The engine could not open, or not in time. `isAwaited`: a callback learns of it, so nobody else retries. */
  | { readonly type: "engine-failed"; readonly isAwaited: boolean }
  | { readonly type: "engine-lost" }
  | { readonly type: "retry-due" }
  | { readonly type: "reconnection-disabled" };

/** What the shell does. It performs the actions in order; what reports, comes last: listeners may call back. */
export interface ConnectionShell {
  createEngine(): void;
  discardEngine(): void;
  scheduleRetry(): void;
  cancelRetry(): void;
  reportAttempt(): void;
  reportOpen(): void;
  reportReconnect(): void;
  reportError(): void;
  reportReconnectError(): void;
  reportReconnectFailed(): void;
  reportClose(): void;
}

export type ConnectionAction = keyof ConnectionShell;

export interface ReconnectionPolicy {
  readonly isEnabled: boolean;
  /** Attempts before giving up. */
  readonly limit: number;
}

export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly actions: readonly ConnectionAction[];
}

export const CLOSED: ConnectionState = { tag: "closed" };
const OPEN: ConnectionState = { tag: "open" };

export function nextConnection(
  state: ConnectionState,
  event: ConnectionEvent,
  policy: ReconnectionPolicy,
): ConnectionStep {
  switch (event.type) {
    case "open":
      if (state.tag === "closed") return { state: { tag: "opening", attempt: 0 }, actions: ["createEngine"] };
      return state.tag === "waiting" ? attempt(state.attempt, ["cancelRetry"]) : ignore(state);
    case "retry-due":
      return state.tag === "waiting" ? attempt(state.attempt, []) : ignore(state);
    case "engine-open":
      if (state.tag !== "opening") return ignore(state);
      return { state: OPEN, actions: state.attempt > 0 ? ["reportOpen", "reportReconnect"] : ["reportOpen"] };
    case "engine-failed":
      return state.tag === "opening" ? fail(state.attempt, event.isAwaited, policy) : ignore(state);
    case "engine-lost":
      return state.tag === "open" ? retry(0, ["discardEngine"], ["reportClose"], policy) : ignore(state);
    case "reconnection-disabled":
      return state.tag === "waiting" ? { state: CLOSED, actions: ["cancelRetry"] } : ignore(state);
    case "close":
      if (state.tag === "closed") return ignore(state);
      return { state: CLOSED, actions: [state.tag === "waiting" ? "cancelRetry" : "discardEngine", "reportClose"] };
    default:
      return event satisfies never;
  }
}

function ignore(state: ConnectionState): ConnectionStep {
  return { state, actions: [] };
}

function attempt(number: number, first: readonly ConnectionAction[]): ConnectionStep {
  return { state: { tag: "opening", attempt: number }, actions: [...first, "reportAttempt", "createEngine"] };
}

function fail(attempted: number, isAwaited: boolean, policy: ReconnectionPolicy): ConnectionStep {
  if (attempted > 0) return retry(attempted, ["discardEngine"], ["reportError"], policy, ["reportReconnectError"]);
  // The first opening: whoever awaits it with a callback decides what is next.
  if (isAwaited) return { state: CLOSED, actions: ["discardEngine", "reportError"] };
  return retry(0, ["discardEngine"], ["reportError"], policy);
}

/** Waits for attempt `made + 1`, unless reconnection is off or that would be one too many. */
function retry(
  made: number,
  first: readonly ConnectionAction[],
  reports: readonly ConnectionAction[],
  policy: ReconnectionPolicy,
  last: readonly ConnectionAction[] = [],
): ConnectionStep {
  if (!policy.isEnabled) return { state: CLOSED, actions: [...first, ...reports, ...last] };
  if (made >= policy.limit) {
    return { state: CLOSED, actions: [...first, ...reports, "reportReconnectFailed", ...last] };
  }
  return {
    state: { tag: "waiting", attempt: made + 1 },
    actions: [...first, "scheduleRetry", ...reports, ...last],
  };
}

/**
 * Life of a manager's connection. Pure: no engine, no timer.
 *
 * `attempt` counts the reconnection attempts since the connection was last open; 0 means that the program asked.
 *
 * @internal
 */
export type ConnectionState =
  | { readonly tag: "closed" }
  | { readonly tag: "opening"; readonly attempt: number }
  | { readonly tag: "open" }
  | { readonly tag: "waiting"; readonly attempt: number };

export type ConnectionEvent =
  /** The program asks for it. */
  | "open"
  | "close"
  | "engine-open"
  /** The engine could not open, or not in time. */
  | "engine-failed"
  | "engine-lost"
  | "retry-due"
  | "reconnection-disabled";

/** What the shell does, in order; what reports, by the name of its event, comes last: listeners may call back. */
export type ConnectionAction =
  | "create-engine"
  | "discard-engine"
  | "schedule-retry"
  | "cancel-retry"
  | "reconnect_attempt"
  | "open"
  | "reconnect"
  | "error"
  | "reconnect_error"
  | "reconnect_failed"
  | "close";

/** @internal */
export interface ReconnectionPolicy {
  readonly isEnabled: boolean;
  /** Attempts before giving up. */
  readonly limit: number;
  /** A callback learns how the first opening ends, so nobody else retries. */
  readonly isAwaited: boolean;
}

/** @internal */
export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly actions: readonly ConnectionAction[];
}

export const CLOSED: ConnectionState = { tag: "closed" };

export function nextConnection(
  state: ConnectionState,
  event: ConnectionEvent,
  policy: ReconnectionPolicy,
): ConnectionStep {
  switch (state.tag) {
    case "closed":
      if (event === "open") return { state: { tag: "opening", attempt: 0 }, actions: ["create-engine"] };
      break;
    case "opening": {
      const { attempt } = state;
      if (event === "engine-open") {
        return { state: { tag: "open" }, actions: attempt ? ["open", "reconnect"] : ["open"] };
      }
      if (event === "engine-failed") return lose("error", attempt, policy, attempt > 0 || !policy.isAwaited);
      if (event === "close") return { state: CLOSED, actions: ["discard-engine", "close"] };
      break;
    }
    case "open":
      if (event === "engine-lost") return lose("close", 0, policy, true);
      if (event === "close") return { state: CLOSED, actions: ["discard-engine", "close"] };
      break;
    default:
      if (event === "open" || event === "retry-due") {
        const actions = ["cancel-retry", "reconnect_attempt", "create-engine"] as const;
        return { state: { tag: "opening", attempt: state.attempt }, actions };
      }
      if (event === "close") return { state: CLOSED, actions: ["cancel-retry", "close"] };
      if (event === "reconnection-disabled") return { state: CLOSED, actions: ["cancel-retry"] };
  }
  return { state, actions: [] };
}

/**
 * The engine is gone. Waits for the next attempt, unless reconnection is off or that would be one too many.
 *
 * @param made attempts since the connection was last open
 */
function lose(
  report: ConnectionAction,
  made: number,
  { isEnabled, limit }: ReconnectionPolicy,
  mayRetry: boolean,
): ConnectionStep {
  const actions: ConnectionAction[] = ["discard-engine", report];
  let state = CLOSED;
  if (isEnabled && mayRetry) {
    if (made < limit) {
      state = { tag: "waiting", attempt: made + 1 };
      actions.splice(1, 0, "schedule-retry");
    } else actions.push("reconnect_failed");
  }
  if (made) actions.push("reconnect_error");
  return { state, actions };
}

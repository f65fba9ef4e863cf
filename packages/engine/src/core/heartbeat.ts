/**
 * Server side of "Heartbeat". Pure: no socket, no timer.
 *
 * Protocol v4: the server pings, the client answers. Protocol v3: the client pings, the server only listens.
 */
export type HeartbeatState =
  /** v4: the next ping is due at `atMs` */
  | { readonly tag: "waiting"; readonly atMs: number }
  /** v4: a ping is unanswered; `extended` once any other packet has proven the peer alive */
  | { readonly tag: "awaiting-pong"; readonly deadlineMs: number; readonly extended: boolean }
  /** v3: the next ping of the client must arrive before `deadlineMs` */
  | { readonly tag: "listening"; readonly deadlineMs: number }
  | { readonly tag: "stopped" };

export type HeartbeatEvent = "tick" | "pong" | "ping" | "other-packet";
export type HeartbeatAction = "send-ping" | "expire";

export interface HeartbeatTiming {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

export interface HeartbeatStep {
  readonly state: HeartbeatState;
  readonly action: HeartbeatAction | null;
}

export const STOPPED: HeartbeatState = { tag: "stopped" };

/** State of a session that has just opened. */
export function startHeartbeat(protocol: 3 | 4, nowMs: number, timing: HeartbeatTiming): HeartbeatState {
  return protocol === 4
    ? { tag: "waiting", atMs: nowMs + timing.pingIntervalMs }
    : { tag: "listening", deadlineMs: nowMs + timing.pingIntervalMs + timing.pingTimeoutMs };
}

/** When the machine wants its next `tick`, in the clock of `nowMs`; `Infinity` when it wants none. */
export function heartbeatDueMs(state: HeartbeatState): number {
  switch (state.tag) {
    case "waiting":
      return state.atMs;
    case "awaiting-pong":
    case "listening":
      return state.deadlineMs;
    case "stopped":
      return Infinity;
    default:
      return state satisfies never;
  }
}

export function nextHeartbeat(
  state: HeartbeatState,
  event: HeartbeatEvent,
  nowMs: number,
  timing: HeartbeatTiming,
): HeartbeatStep {
  switch (event) {
    case "tick":
      return tick(state, nowMs, timing);
    case "pong":
      // An unasked pong proves life as well: it restarts the interval.
      return state.tag === "waiting" || state.tag === "awaiting-pong"
        ? { state: { tag: "waiting", atMs: nowMs + timing.pingIntervalMs }, action: null }
        : { state, action: null };
    case "ping":
      return state.tag === "listening"
        ? { state: startHeartbeat(3, nowMs, timing), action: null }
        : { state, action: null };
    case "other-packet":
      // A pong may be queued behind a slow uplink: one extension per ping, so that silence still ends the session.
      return state.tag === "awaiting-pong" && !state.extended
        ? { state: { tag: "awaiting-pong", deadlineMs: nowMs + timing.pingTimeoutMs, extended: true }, action: null }
        : { state, action: null };
    default:
      return event satisfies never;
  }
}

function tick(state: HeartbeatState, nowMs: number, timing: HeartbeatTiming): HeartbeatStep {
  if (nowMs < heartbeatDueMs(state)) {
    return { state, action: null };
  }
  if (state.tag === "waiting") {
    return {
      state: { tag: "awaiting-pong", deadlineMs: nowMs + timing.pingTimeoutMs, extended: false },
      action: "send-ping",
    };
  }
  return state.tag === "stopped" ? { state, action: null } : { state: STOPPED, action: "expire" };
}

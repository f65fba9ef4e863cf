/**
 * Client side of the Engine.IO v4 heartbeat: the server pings, silence ends the session. Pure: time comes in.
 *
 * @internal
 */
export type HeartbeatState =
  | { readonly tag: "idle" }
  | { readonly tag: "waiting"; readonly deadlineMs: number }
  | { readonly tag: "expired" };

/** @internal */
export type HeartbeatEvent =
  /** The open packet or a ping arrived: the next is due within `periodMs`. */
  | { readonly type: "beat"; readonly nowMs: number; readonly periodMs: number }
  /** A timer fired, or a caller is about to send and wants to know whether timers were frozen (sleep, background tab). */
  | { readonly type: "check"; readonly nowMs: number }
  | { readonly type: "stop" };

export const IDLE: HeartbeatState = { tag: "idle" };
const EXPIRED: HeartbeatState = { tag: "expired" };

export function nextHeartbeat(state: HeartbeatState, event: HeartbeatEvent): HeartbeatState {
  if (event.type === "stop") return IDLE;
  if (state.tag === "expired") return state; // a late ping does not revive the session
  if (event.type === "beat") return { tag: "waiting", deadlineMs: event.nowMs + event.periodMs };
  return state.tag === "waiting" && event.nowMs > state.deadlineMs ? EXPIRED : state;
}

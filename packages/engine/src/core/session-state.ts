import type { CloseReason } from "./close-reason.js";

/** Life of a session. `closing` waits for the write queue, then for the transport. */
export type SessionState =
  | { readonly tag: "opening" }
  | { readonly tag: "open" }
  | { readonly tag: "closing"; readonly awaits: "drain" | "transport" }
  | { readonly tag: "closed"; readonly reason: CloseReason };

export type ReadyState = SessionState["tag"];

export type SessionEvent =
  | { readonly type: "opened" }
  /** `close()`: `discard` gives up what is still queued */
  | { readonly type: "close"; readonly discard: boolean; readonly hasPending: boolean }
  /** the write queue is empty */
  | { readonly type: "drained" }
  | { readonly type: "ended"; readonly reason: CloseReason };

export type SessionAction = "close-transport" | "discard-transport" | "release";

export interface SessionStep {
  readonly state: SessionState;
  readonly action: SessionAction | null;
}

export const OPENING: SessionState = { tag: "opening" };
export const OPEN: SessionState = { tag: "open" };
const AWAITS_DRAIN: SessionState = { tag: "closing", awaits: "drain" };
const AWAITS_TRANSPORT: SessionState = { tag: "closing", awaits: "transport" };

/** One transition of a session. `release` happens exactly once: when the session enters `closed`. */
export function nextSession(state: SessionState, event: SessionEvent): SessionStep {
  if (state.tag === "closed") return { state, action: null };
  switch (event.type) {
    case "opened":
      return { state: state.tag === "opening" ? OPEN : state, action: null };
    case "close":
      return close(state, event.discard, event.hasPending);
    case "drained":
      return state.tag === "closing" && state.awaits === "drain"
        ? { state: AWAITS_TRANSPORT, action: "close-transport" }
        : { state, action: null };
    case "ended":
      return { state: { tag: "closed", reason: event.reason }, action: "release" };
    default:
      return event satisfies never;
  }
}

function close(state: SessionState, discard: boolean, hasPending: boolean): SessionStep {
  if (discard) return { state: AWAITS_TRANSPORT, action: "discard-transport" };
  if (state.tag !== "open") return { state, action: null };
  return hasPending ? { state: AWAITS_DRAIN, action: null } : { state: AWAITS_TRANSPORT, action: "close-transport" };
}

/** One CONNECT packet, from its arrival to the answer (protocol v5, "Connection to a namespace"). Pure. */
export type ConnectState =
  | { readonly tag: "received" }
  | { readonly tag: "restoring" }
  | { readonly tag: "middleware" }
  | { readonly tag: "accepted" }
  | { readonly tag: "refused" }
  | { readonly tag: "gone" };

export type ConnectEvent =
  | { readonly type: "found"; readonly asksRecovery: boolean }
  | { readonly type: "not-found" }
  | { readonly type: "restored"; readonly recovered: boolean; readonly skipMiddlewares: boolean }
  | { readonly type: "passed" }
  | { readonly type: "failed" }
  | { readonly type: "engine-closed" };

/** What the shell does; at most one thing per step. */
export type ConnectAction = "none" | "restore" | "run-middlewares" | "accept" | "refuse" | "release" | "put-back";

export interface ConnectStep {
  readonly state: ConnectState;
  readonly action: ConnectAction;
}

/** The state of each CONNECT packet at its arrival. */
export const RECEIVED: ConnectState = { tag: "received" };

const RESTORE: ConnectStep = { state: { tag: "restoring" }, action: "restore" };
const RUN: ConnectStep = { state: { tag: "middleware" }, action: "run-middlewares" };
const ACCEPT: ConnectStep = { state: { tag: "accepted" }, action: "accept" };
const REFUSE: ConnectStep = { state: { tag: "refused" }, action: "refuse" };
const RELEASE: ConnectStep = { state: { tag: "gone" }, action: "release" };
const PUT_BACK: ConnectStep = { state: { tag: "gone" }, action: "put-back" };

/** Next state, and what to do. An event that has no meaning in a state (a second `next()`, say) changes nothing. */
export function nextConnect(state: ConnectState, event: ConnectEvent): ConnectStep {
  switch (state.tag) {
    case "received":
      if (event.type === "found") return event.asksRecovery ? RESTORE : RUN;
      if (event.type === "not-found") return REFUSE;
      break;
    case "restoring":
      if (event.type === "restored") return event.recovered && event.skipMiddlewares ? ACCEPT : RUN;
      break;
    case "middleware":
      if (event.type === "passed") return ACCEPT;
      if (event.type === "failed") return REFUSE;
      break;
    case "gone":
      // What was asked for while the connection lasted, and is there too late.
      if (event.type === "found") return RELEASE;
      if (event.type === "restored" && event.recovered) return PUT_BACK;
      return { state, action: "none" };
    case "accepted":
    case "refused":
      return { state, action: "none" };
    default:
      return state satisfies never;
  }
  return event.type === "engine-closed" ? RELEASE : { state, action: "none" };
}

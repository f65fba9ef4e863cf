import { ABNORMAL, type CloseStatus } from "./close-payload.js";

/** The life of a connection (RFC 6455 §4, §7). */
export type ConnectionState =
  | { readonly tag: "connecting" }
  | { readonly tag: "open" }
  | {
      readonly tag: "closing";
      /** Who began: we, the peer, or the failure of the connection (§7.1.7). */
      readonly by: "local" | "remote" | "failure";
      /** Our Close frame, null when none was sent, or not yet. */
      readonly sent: CloseStatus | null;
      /** The peer's Close frame, null while none came. */
      readonly received: CloseStatus | null;
    }
  | {
      readonly tag: "closed";
      /** The peer's, or 1006. */
      readonly status: CloseStatus;
      /** Both Close frames were exchanged. */
      readonly wasClean: boolean;
    };

export type ConnectionEvent =
  | { readonly type: "opened" }
  | { readonly type: "close"; readonly status: CloseStatus }
  | { readonly type: "close-received"; readonly status: CloseStatus }
  | { readonly type: "failed"; readonly status: CloseStatus }
  /** The peer ended its side of the TCP connection. */
  | { readonly type: "eof" }
  | { readonly type: "deadline" }
  | { readonly type: "terminate" }
  | { readonly type: "socket-closed" };

/**
 * What the shell does, in this order: `answer-close`: report "close" with the status of the answer, at once; `send-close`
 * the status in `sent`; `end-write` our side of the socket after all that is queued; `start-deadline`: report "deadline"
 * when the socket is still there after the close timeout; `destroy` the socket; `notify` the user that it is closed.
 */
export type ConnectionAction = "answer-close" | "send-close" | "end-write" | "start-deadline" | "destroy" | "notify";

export interface ConnectionStep {
  readonly state: ConnectionState;
  readonly actions: readonly ConnectionAction[];
}

const NONE: readonly ConnectionAction[] = [];
const ANSWER: readonly ConnectionAction[] = ["answer-close"];
const CLOSE_AND_WAIT: readonly ConnectionAction[] = ["send-close", "start-deadline"];
const CLOSE_AND_END: readonly ConnectionAction[] = ["send-close", "end-write", "start-deadline"];
const END: readonly ConnectionAction[] = ["end-write"];
const END_AND_WAIT: readonly ConnectionAction[] = ["end-write", "start-deadline"];
const DESTROY: readonly ConnectionAction[] = ["destroy"];
const NOTIFY: readonly ConnectionAction[] = ["notify"];
/** One for all connections. */
const OPEN: ConnectionStep = { state: { tag: "open" }, actions: NONE };

/** Transition function of a connection. The server ends the TCP connection, the client waits for that (RFC 6455 §7.1.1). */
export function nextConnection(
  state: ConnectionState,
  event: ConnectionEvent,
  role: "server" | "client",
): ConnectionStep {
  switch (state.tag) {
    case "connecting":
      if (event.type === "opened") return OPEN;
      if (event.type === "socket-closed") return closed(ABNORMAL, false);
      if (event.type === "close" || event.type === "terminate") return abandoned(DESTROY);
      return { state, actions: NONE };
    case "open":
      return nextOpen(event);
    case "closing":
      return nextClosing(state, event, role);
    case "closed":
      return { state, actions: NONE };
    default:
      return state satisfies never;
  }
}

function nextOpen(event: ConnectionEvent): ConnectionStep {
  switch (event.type) {
    case "close":
      return { state: { tag: "closing", by: "local", sent: event.status, received: null }, actions: CLOSE_AND_WAIT };
    case "close-received":
      return { state: { tag: "closing", by: "remote", sent: null, received: event.status }, actions: ANSWER };
    case "failed":
      return { state: { tag: "closing", by: "failure", sent: event.status, received: null }, actions: CLOSE_AND_END };
    case "eof":
      return abandoned(END_AND_WAIT);
    case "terminate":
      return abandoned(DESTROY);
    case "socket-closed":
      return closed(ABNORMAL, false);
    case "opened":
    case "deadline":
      return OPEN;
    default:
      return event satisfies never;
  }
}

function nextClosing(
  state: ConnectionState & { tag: "closing" },
  event: ConnectionEvent,
  role: "server" | "client",
): ConnectionStep {
  switch (event.type) {
    case "close":
      if (state.by !== "remote" || state.sent !== null) return { state, actions: NONE };
      return { state: { ...state, sent: event.status }, actions: role === "server" ? CLOSE_AND_END : CLOSE_AND_WAIT };
    case "close-received":
      if (state.received !== null || state.by === "failure") return { state, actions: NONE };
      return { state: { ...state, received: event.status }, actions: role === "server" ? END : NONE };
    case "failed":
      // Our Close frame is out already: nothing may follow it (§5.5.1).
      return { state: { ...state, by: "failure" }, actions: END };
    case "eof":
      return { state, actions: END };
    case "deadline":
    case "terminate":
      return { state, actions: DESTROY };
    case "socket-closed":
      return closed(state.received ?? ABNORMAL, state.sent !== null && state.received !== null);
    case "opened":
      return { state, actions: NONE };
    default:
      return event satisfies never;
  }
}

/** The connection ends without a Close frame from us. */
function abandoned(actions: readonly ConnectionAction[]): ConnectionStep {
  return { state: { tag: "closing", by: "local", sent: null, received: null }, actions };
}

function closed(status: CloseStatus, wasClean: boolean): ConnectionStep {
  return { state: { tag: "closed", status, wasClean }, actions: NOTIFY };
}

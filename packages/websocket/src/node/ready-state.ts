import type { ConnectionState } from "../core/connection-state.js";

/** The browser's numbers of the states of a connection. */
export type ReadyState = 0 | 1 | 2 | 3;

const NUMBERS = { connecting: 0, open: 1, closing: 2, closed: 3 } as const;

/** Names of the states, by number. */
export const READY_STATE_NAMES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"] as const;

export function readyStateOf(state: ConnectionState): ReadyState {
  return NUMBERS[state.tag];
}

/** Why nothing can be sent. */
export function notOpen(readyState: ReadyState): Error {
  return new Error(`WebSocket is not open: readyState ${readyState} (${READY_STATE_NAMES[readyState]})`);
}

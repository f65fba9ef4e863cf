import { Polling } from "./polling.js";
import { WebSocketTransport } from "./websocket.js";

/** The transports by their names. */
export const transports: { readonly polling: typeof Polling; readonly websocket: typeof WebSocketTransport } = {
  polling: Polling,
  websocket: WebSocketTransport,
};

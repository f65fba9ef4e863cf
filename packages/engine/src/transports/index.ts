import { Polling } from "./polling.js";
import { WebSocketTransport } from "./websocket.js";
import { WebTransport } from "./webtransport.js";

/** The transports by their names. */
export const transports: {
  readonly polling: typeof Polling;
  readonly websocket: typeof WebSocketTransport;
  readonly webtransport: typeof WebTransport;
} = {
  polling: Polling,
  websocket: WebSocketTransport,
  webtransport: WebTransport,
};

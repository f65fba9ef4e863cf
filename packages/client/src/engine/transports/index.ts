import { XHR } from "./xhr.node.js";
import { WS } from "./websocket.node.js";
import { WT } from "./webtransport.js";

/** The default implementation of each transport, by name; looked up when a session begins. */
export const transports: {
  websocket: typeof WS;
  webtransport: typeof WT;
  polling: typeof XHR;
} = {
  websocket: WS,
  webtransport: WT,
  polling: XHR,
};

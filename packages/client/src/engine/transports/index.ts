import { XHR } from "../node/xhr.js";
import { WS } from "../node/websocket.js";
import { WT } from "./webtransport.js";

/** The default implementation of each transport. */
export const transports: {
  readonly websocket: typeof WS;
  readonly webtransport: typeof WT;
  readonly polling: typeof XHR;
} = {
  websocket: WS,
  webtransport: WT,
  polling: XHR,
};

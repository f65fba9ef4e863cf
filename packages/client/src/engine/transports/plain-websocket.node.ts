export { WS as PlainWS } from "./websocket.node.js";

import { EventEmitter } from "node:events";

/** Accepts WebSocket connections on an HTTP server. */
export class WebSocketServer extends EventEmitter {}

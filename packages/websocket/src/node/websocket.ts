import { EventEmitter } from "node:events";

/** A WebSocket connection (RFC 6455), client or server side. */
export class WebSocket extends EventEmitter {}

import { EventEmitter } from "node:events";

/** An Engine.IO server. */
export class Server extends EventEmitter {}

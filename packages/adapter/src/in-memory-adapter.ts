import { EventEmitter } from "node:events";

/** Keeps rooms in memory and broadcasts to them. */
export class Adapter extends EventEmitter {}

import * as parser from "./parser.js";

export { Server } from "./server.js";
export { parser };

/** Revision of the Engine.IO protocol. */
export const protocol: number = parser.protocol;

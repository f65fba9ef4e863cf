/** Revision of the Engine.IO protocol. */
export { protocol } from "engine.io-parser";

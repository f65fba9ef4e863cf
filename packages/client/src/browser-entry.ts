/** The global `io` of the UMD bundles: callable, with its classes as properties. */
export { io as default } from "./io.js";

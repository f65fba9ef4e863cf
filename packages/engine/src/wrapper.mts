export { default } from "./index.js";
export { Server, parser, protocol } from "./index.js";

export { Server, parser, protocol } from "./index.js";

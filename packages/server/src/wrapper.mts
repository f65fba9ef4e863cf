export { default } from "./index.js";
export { Server, type ServerOptions } from "./server.js";

export { protocol } from "socket.io-parser";
export { lookup as connect, lookup as default, lookup as io } from "./lookup.js";
export { Manager } from "./manager.js";

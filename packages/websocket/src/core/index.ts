export { Opcode } from "./opcode.js";

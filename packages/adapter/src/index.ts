export { Adapter } from "./in-memory-adapter.js";

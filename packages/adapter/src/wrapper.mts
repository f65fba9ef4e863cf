export { default } from "./index.js";
export { Adapter } from "./index.js";

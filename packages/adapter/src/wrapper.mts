export { Adapter } from "./index.js";

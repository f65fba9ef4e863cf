import "./index.js";

export * from "../dist/wrapper.mjs";
export { default } from "../dist/wrapper.mjs";

// Compatibility: programs import this type by the path of upstream's file (`dist/client`)
export type { Client } from "./connection.js";

import { Manager } from "./manager.js";

/** Opens a connection to `uri`. */
export function lookup(uri: string): Manager {
  return new Manager(uri);
}

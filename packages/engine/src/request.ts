import type { IncomingMessage, ServerResponse } from "node:http";
import type { Query } from "./query.js";

/** A request once the engine has seen it. */
export type EngineRequest = IncomingMessage & {
  _query: Query;
  res?: ServerResponse;
};

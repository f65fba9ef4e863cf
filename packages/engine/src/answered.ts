import type { ServerResponse } from "node:http";

/** Whether somebody, a middleware say, has answered a request already, or begun to. */
export function isAnswered(response: ServerResponse): boolean {
  return response.headersSent || response.writableEnded;
}

import type { Server as HttpServer } from "node:http";

/** Known to all copies of this package in a process, of any version. */
const KEY: unique symbol = Symbol.for("@halyard/engine: paths") as never;

interface ClaimedServer extends HttpServer {
  [KEY]?: string[];
}

/**
 * Notes that an engine answers on a path of an HTTP server.
 *
 * @returns the path of another engine that answers some of the same requests, or null
 */
export function claimPath(server: HttpServer, path: string): string | null {
  const claimed = ((server as ClaimedServer)[KEY] ??= []);
  const other = claimed.find((one) => path.startsWith(one) || one.startsWith(path));
  claimed.push(path);
  return other ?? null;
}

import type { AdapterLike } from "@halyard/adapter";

/**
 * Refuses what was given as an adapter and is none.
 *
 * @throws TypeError that says what is missing
 */
export function assertAdapter(adapter: unknown, namespace: string): asserts adapter is AdapterLike {
  const what = `what the adapter option made for namespace "${namespace}"`;
  if (typeof adapter !== "object" || adapter === null) {
    const advice = typeof adapter === "function" ? "; was createAdapter given without calling it?" : "";
    throw new TypeError(`${what} is no adapter but ${adapter === null ? "null" : typeof adapter}${advice}`);
  }
  if (typeof Reflect.get(adapter, "init") === "function") return;
  throw new TypeError(`${what} (${adapter.constructor.name}) is no adapter of Socket.IO 3 or later: it has no init()`);
}

/** What the server, or a program by way of it, asks of an adapter. */
const METHODS = [
  "addAll",
  "addSockets",
  "broadcast",
  "broadcastWithAck",
  "del",
  "delAll",
  "delSockets",
  "disconnectSockets",
  "fetchSockets",
  "persistSession",
  "restoreSession",
  "serverCount",
  "serverSideEmit",
  "socketRooms",
  "sockets",
] as const;

/**
 * Names the methods an adapter lacks: it was made for an older socket.io-adapter, and would fail only when they are needed.
 *
 * @returns null when it has all
 */
export function describeOldAdapter(adapter: object, namespace: string): string | null {
  const missing = METHODS.filter((name) => typeof Reflect.get(adapter, name) !== "function");
  if (missing.length === 0) return null;
  return (
    `the adapter of namespace "${namespace}" (${adapter.constructor.name}) was made for an older socket.io-adapter: ` +
    `it has no ${missing.join(", ")}; "npx halyard doctor" says more`
  );
}

/** Why a connection ended: the second argument of `disconnect` and of the manager's `close`. */
export interface CloseDetails {
  /** What the transport said, for people. */
  description: string;
  /** What the platform said: a CloseEvent, an XMLHttpRequest, a Response. */
  context?: unknown;
  /** Close code of the WebSocket, or status of the HTTP reply. */
  code?: number;
  /** Whose doing it was, as far as this side can tell. */
  initiator?: "client" | "server" | "network";
  /** Since the last message or ping of the server, ms. */
  idleMs?: number;
  /** What to look at, when there is something to look at. */
  hint?: string;
}

/**
 * Adds what is known to what the engine gave. An object or an Error stays the same kind, with the same fields.
 *
 * @param given what the engine said, if anything
 */
export function explainClose(reason: string, given: unknown, idleMs: number): CloseDetails | Error | undefined {
  if (given === undefined && reason === "forced close") return undefined; // the program closed the engine
  const details = (given instanceof Error ? given : { description: reason, ...(given as object) }) as CloseDetails;
  const status: unknown = details.description; // that of an HTTP reply, on an Error
  const code =
    (details.context as { code?: number } | undefined)?.code ?? (typeof status === "number" ? status : undefined);
  if (code !== undefined) details.code = code;
  if (code === 1009 || code === 413) details.hint = "a message exceeded maxHttpBufferSize of the server";
  details.idleMs = idleMs;
  if (reason === "forced close" || reason === "parse error") details.initiator = "client";
  // RFC 6455 §7.1.5: 1006 means that no Close frame came. 0 is the status of a request without a reply.
  else details.initiator = reason === "ping timeout" || code === 1006 || code === 0 ? "network" : "server";
  return details;
}

import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import { MAX_TIMER_MS } from "../core/timer-limit.js";
import type { ConnectionGate } from "./connection-gate.js";
import { refuse } from "./refusal.js";
import type { ClientInfo, VerifyClient, VerifyClientSync } from "./server-options.js";

/** Who decides about a request, and what bounds that. */
export interface AdmissionRules {
  readonly verifyClient: VerifyClient;
  /** How long an asynchronous answer may take; then the refusal is 503. 0: for ever. */
  readonly deadlineMs: number;
  /** Where a request is counted while the answer is awaited. */
  readonly gate: ConnectionGate;
}

/**
 * Asks the application whether a request may become a WebSocket. An answer that comes after the deadline, or a second time,
 * is ignored; a client that has gone meanwhile is noticed by `admitted`.
 */
export function admit(
  request: IncomingMessage,
  socket: Duplex,
  { verifyClient, deadlineMs, gate }: AdmissionRules,
  admitted: () => void,
): void {
  const info: ClientInfo = { origin: originOf(request), secure: isSecure(request), req: request };
  if (isSynchronous(verifyClient)) {
    if (verifyClient(info)) admitted();
    else refuse(socket, 401);
    return;
  }
  let isAnswered = false;
  const leave = gate.wait();
  const decided = (): void => {
    clearTimeout(deadline);
    leave();
  };
  let deadline: NodeJS.Timeout | undefined;
  socket.once("close", decided);
  socket.once("end", leave); // such a client is not admitted any more, but its connection stays until the deadline
  const answer = (verified: boolean, code?: number, message?: string, headers?: OutgoingHttpHeaders): void => {
    if (isAnswered) return;
    isAnswered = true;
    socket.off("close", decided);
    socket.off("end", leave);
    decided();
    if (verified) admitted();
    else refuse(socket, code || 401, message, headers);
  };
  if (deadlineMs > 0) deadline = setTimeout(answer, Math.min(deadlineMs, MAX_TIMER_MS), false, 503);
  verifyClient(info, answer);
}

/** By its number of parameters, as `ws` does. */
function isSynchronous(verifyClient: VerifyClient): verifyClient is VerifyClientSync {
  return verifyClient.length < 2;
}

/** Version 8 has a name of its own for it (hybi-10 §11.6). */
function originOf(request: IncomingMessage): string | undefined {
  const { headers } = request;
  return headers["sec-websocket-version"] === "8" ? headers["sec-websocket-origin"]?.toString() : headers.origin;
}

function isSecure(request: IncomingMessage): boolean {
  return "encrypted" in request.socket && request.socket.encrypted === true;
}

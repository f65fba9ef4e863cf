import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { Duplex } from "node:stream";
import { refuse } from "./refusal.js";
import type { ClientInfo, VerifyClient, VerifyClientSync } from "./server-options.js";

/**
 * Asks the application whether a request may become a WebSocket. An answer that comes after the deadline, or a second time,
 * is ignored; a client that has gone meanwhile is noticed by `admitted`.
 *
 * @param deadlineMs how long an asynchronous answer may take; then the refusal is 503. 0: for ever
 */
export function admit(
  verifyClient: VerifyClient,
  request: IncomingMessage,
  socket: Duplex,
  deadlineMs: number,
  admitted: () => void,
): void {
  const info: ClientInfo = { origin: request.headers.origin, secure: isSecure(request), req: request };
  if (isSynchronous(verifyClient)) {
    if (verifyClient(info)) admitted();
    else refuse(socket, 401);
    return;
  }
  let isAnswered = false;
  const answer = (verified: boolean, code = 401, message?: string, headers?: OutgoingHttpHeaders): void => {
    if (isAnswered) return;
    isAnswered = true;
    clearTimeout(deadline);
    if (verified) admitted();
    else refuse(socket, code, message, headers);
  };
  const deadline = deadlineMs > 0 ? setTimeout(answer, deadlineMs, false, 503) : undefined;
  verifyClient(info, answer);
}

/** By its number of parameters, as `ws` does. */
function isSynchronous(verifyClient: VerifyClient): verifyClient is VerifyClientSync {
  return verifyClient.length < 2;
}

function isSecure(request: IncomingMessage): boolean {
  return "encrypted" in request.socket && request.socket.encrypted === true;
}

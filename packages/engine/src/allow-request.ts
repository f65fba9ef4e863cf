import type { IncomingMessage } from "node:http";
import { EngineError, ErrorCode } from "./errors.js";
import { logger } from "./log.js";
import { onRejection } from "./rejection.js";
import { throwLater } from "./throw-later.js";

const debug = logger("engine");

/** Decides about a handshake: `fn(null, true)` accepts, `fn(text, false)` refuses. */
export type AllowRequest = (
  req: IncomingMessage,
  fn: (err: string | null | undefined, success: boolean) => void,
) => void;

/**
 * Asks the user's `allowRequest`, which may throw, reject, answer twice, or never.
 *
 * @param decided called once, with `null` when the request is allowed
 */
export function askPermission(
  allowRequest: AllowRequest,
  request: IncomingMessage,
  decided: (error: EngineError | null) => void,
): void {
  let isDecided = false;
  const decide = (message: string | null | undefined, isAllowed: boolean): void => {
    if (isDecided) return;
    isDecided = true;
    try {
      decided(isAllowed ? null : new EngineError(ErrorCode.FORBIDDEN, { message }));
    } catch (thrown) {
      throwLater(thrown); // of a listener: allowRequest has not failed
    }
  };
  const fail = (cause: unknown): void => {
    debug("allowRequest failed: %o", cause);
    decide(null, false);
  };
  try {
    onRejection(allowRequest(request, decide), fail);
  } catch (cause) {
    fail(cause);
  }
}

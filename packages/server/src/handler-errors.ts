/** Whose handler failed. */
export interface HandlerErrorContext {
  /** Name of the namespace. */
  readonly namespace: string;
  /** Socket the handler was serving; undefined for listeners of a namespace that serve none. */
  readonly socketId: string | undefined;
  /** Event the handler was for; `"use"` for a middleware, `"ack"` for an acknowledgement, `"of"`, `"adapter"`. */
  readonly event: string;
}

/** Listener of `io.on("handler_error", …)`. */
export type HandlerErrorListener = (error: unknown, context: HandlerErrorContext) => void;

/** What a handler error goes to when nobody listens for it. */
export function printHandlerError(error: unknown, context: HandlerErrorContext): void {
  const where =
    context.socketId === undefined ? context.namespace : `${context.namespace} (socket ${context.socketId})`;
  console.error(`handler of "${context.event}" on ${where} rejected:`, error);
}

/** Codes of {@link ServerError}; each has an entry in docs/errors.md. */
export const SERVER_ERROR_CODES = [
  "ERR_TOO_MANY_ARGUMENTS",
  "ERR_NESTING_TOO_DEEP",
  "ERR_INVALID_ACK_ID",
  "ERR_PLACEHOLDER_NOT_ANNOUNCED",
  "ERR_ILLEGAL_ATTACHMENTS",
  "ERR_ATTACHMENTS_TOO_LARGE",
  "ERR_INVALID_OPTION",
] as const;

export type ServerErrorCode = (typeof SERVER_ERROR_CODES)[number];

/** What this server refuses beyond what the packet grammar refuses. Texts may change, codes do not. */
export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: ServerErrorCode;

  constructor(code: ServerErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

import { isUtf8 } from "node:buffer";
import { type WebSocketError, broken, invalidUtf8 } from "./errors.js";
import { CloseCode } from "./opcode.js";

/** Why a connection is closed. */
export interface CloseStatus {
  /** 1005 when the Close frame has no code, 1006 when there is no Close frame. */
  readonly code: number;
  /** UTF-8, at most 123 bytes. */
  readonly reason: Buffer;
}

const MAX_REASON_BYTES = 123;
const EMPTY: Buffer = Buffer.alloc(0);

/** The connection ended without a Close frame (RFC 6455 §7.1.5). */
export const ABNORMAL: CloseStatus = { code: CloseCode.Abnormal, reason: EMPTY };
/** A Close frame without a code. */
export const NO_STATUS: CloseStatus = { code: CloseCode.NoStatus, reason: EMPTY };

/** Whether a code may stand in a Close frame (RFC 6455 §7.4, and 1012 to 1014 of the IANA registry). */
export function isValidCloseCode(code: number): boolean {
  return (
    (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1005 && code !== 1006) || (code >= 3000 && code <= 4999)
  );
}

/**
 * The payload of a received Close frame (RFC 6455 §5.5.1).
 *
 * @param limits of the connection; with `skipsUtf8Check` the reason may be any bytes, as text may
 * @returns the error that fails the connection when it is wrong
 */
export function decodeClosePayload(
  payload: Buffer,
  limits?: { readonly skipsUtf8Check: boolean },
): CloseStatus | WebSocketError {
  if (payload.length === 0) return NO_STATUS;
  if (payload.length === 1) return broken("WS_ERR_INVALID_CONTROL_PAYLOAD_LENGTH", "invalid payload length 1");
  const code = payload.readUInt16BE(0);
  if (!isValidCloseCode(code)) return broken("WS_ERR_INVALID_CLOSE_CODE", `invalid status code ${code}`);
  const reason = payload.subarray(2);
  return limits?.skipsUtf8Check === true || isUtf8(reason) ? { code, reason } : invalidUtf8();
}

/**
 * The status of a Close frame to send. The errors have the texts of `ws`, which programs compare; `cause` is the value that was given.
 *
 * @param reason not sent without a code: a Close frame has no place for it
 * @throws {TypeError} when the code may not be sent, and for a reason that is a list of something else than bytes
 * @throws {RangeError} when the reason is longer than 123 bytes of UTF-8
 */
export function closeStatus(code: number | undefined, reason: string | Uint8Array | undefined): CloseStatus {
  if (code === undefined) return NO_STATUS;
  if (!Number.isInteger(code) || !isValidCloseCode(code)) {
    throw new TypeError("First argument must be a valid error code number", { cause: code });
  }
  const bytes = typeof reason === "string" ? Buffer.from(reason) : bytesOf(reason);
  if (bytes.length > MAX_REASON_BYTES) {
    throw new RangeError(`The message must not be greater than ${MAX_REASON_BYTES} bytes`, { cause: bytes.length });
  }
  return { code, reason: bytes };
}

/** The payload of a Close frame. */
export function encodeClosePayload(status: CloseStatus): Buffer {
  if (status.code === CloseCode.NoStatus) return EMPTY;
  const payload = Buffer.allocUnsafe(2 + status.reason.length);
  payload.writeUInt16BE(status.code, 0);
  payload.set(status.reason, 2);
  return payload;
}

/** A copy: the caller may change its array. What has no length is no reason, as with `ws`. */
function bytesOf(reason: unknown): Buffer {
  if (ArrayBuffer.isView(reason))
    return Buffer.from(new Uint8Array(reason.buffer, reason.byteOffset, reason.byteLength));
  if (reason === undefined || (reason !== null && !(reason as { length?: unknown }).length)) return EMPTY;
  throw new TypeError("Second argument must be a string or a Uint8Array", { cause: reason });
}

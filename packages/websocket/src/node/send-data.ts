import type { BytesReady, LaterFrame } from "../core/later-frame.js";
import { nextTick } from "./event-loop.js";

/**
 * What can be sent: a string goes as text, all else as binary. Numbers are sent as text, as `ws` does. Any array is taken,
 * as by the types of `ws`, for `RawData` to fit; it holds bytes: fragments have to be joined before.
 */
export type SendData =
  | string
  | number
  | Uint8Array
  | ArrayBufferView
  | ArrayBuffer
  | SharedArrayBuffer
  | Blob
  | readonly unknown[]
  | { valueOf(): ArrayBuffer | SharedArrayBuffer | Uint8Array | readonly number[] }
  | { [Symbol.toPrimitive](hint: string): string };

const NOTHING = new Uint8Array(0);

/** Also of another realm or package, by what it can do, as `ws` tells it. */
export function isBlob(data: unknown): data is Blob {
  if (typeof data !== "object" || data === null || ArrayBuffer.isView(data)) return false;
  const {
    arrayBuffer,
    stream,
    type,
    [Symbol.toStringTag]: tag,
  } = data as Partial<Blob> & { [Symbol.toStringTag]?: string };
  if (typeof arrayBuffer !== "function" || typeof stream !== "function" || typeof type !== "string") return false;
  return tag === "Blob" || tag === "File";
}

/** Text as it is, all else as a view of its bytes. @throws {TypeError} for what has none */
export function toPayload(data: unknown): string | Uint8Array {
  if (typeof data === "string" || data instanceof Uint8Array) return data;
  if (typeof data === "number") return String(data);
  if (data === undefined || data === null || data === false) return NOTHING; // as `ws` has it
  if (data instanceof ArrayBuffer || data instanceof SharedArrayBuffer) return new Uint8Array(data);
  if (ArrayBuffer.isView(data)) return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return Buffer.from(data as string); // arrays, and objects with `valueOf`; throws a TypeError for the rest
}

/** Payload of a Ping or Pong frame. @throws {RangeError} above 125 bytes (RFC 6455 §5.5) */
export function toControlPayload(data: unknown): Uint8Array {
  const payload = toPayload(data ?? "");
  const bytes = typeof payload === "string" ? Buffer.from(payload) : Buffer.from(payload); // a copy: the caller may change his
  assertControlLength(bytes.length);
  return bytes;
}

/** @throws {RangeError} for a payload that is too long for a Ping or Pong frame */
export function assertControlLength(bytes: number): void {
  if (bytes > 125) throw new RangeError("The data size must not be greater than 125 bytes");
}

/** What a Blob becomes when its bytes are there. */
export function laterFrame(
  blob: Blob,
  opcode: LaterFrame["opcode"],
  { fin, compress }: { readonly fin?: boolean | undefined; readonly compress?: boolean | undefined },
): LaterFrame {
  return { opcode, bytes: blob.size, fin: fin !== false, compress: compress !== false };
}

/** Fetches the bytes of a Blob. One of another package may throw, or give what are none: it cannot be read, either. */
export function readBlob(blob: Blob, ready: BytesReady): void {
  const read = async (): Promise<Buffer> => Buffer.from(await blob.arrayBuffer());
  // By a tick of its own: what a send callback throws is an uncaught exception, as it is elsewhere, and no rejection.
  read().then(
    (data) => nextTick(ready, null, data),
    (error: unknown) => nextTick(ready, error instanceof Error ? error : new Error(String(error)), null),
  );
}

/** Length in bytes when sent. */
export function payloadBytes(payload: string | Uint8Array): number {
  return typeof payload === "string" ? Buffer.byteLength(payload) : payload.length;
}

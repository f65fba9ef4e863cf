import type { BinaryType, RawData, TimerOwner } from "./types.js";

// What differs between platforms. This is the browser's side; `globals.node.ts` is Node's; bundlers for browsers take this one in its place.

export const defaultBinaryType: BinaryType = "arraybuffer";

/** Whether the default transports begin with polling. Service workers, and with them extensions of browsers, have no `XMLHttpRequest`. */
export function canPoll(): boolean {
  return typeof XMLHttpRequest !== "undefined";
}

const resolved = Promise.resolve();

/** Runs `callback` when the current one has returned. A promise stays within the script engine; `queueMicrotask` does not. */
export function nextTick(callback: () => void, _setTimeoutFn?: unknown): void {
  // oxlint-disable-next-line promise/no-callback-in-promise -- a task for the next microtask, not this function's result
  void resolved.then(callback);
}

/** Browsers keep their own cookies. */
export function installCookieJar(_target: {
  readonly opts: { readonly withCredentials?: boolean | undefined };
}): void {}

/** Starts a timer. In Node, it may let the process end. */
export function startTimer({ setTimeoutFn }: TimerOwner, fn: () => void, ms: number): unknown {
  return setTimeoutFn(fn, ms);
}

export function bytesToBase64(data: ArrayBuffer | ArrayBufferView): string {
  // A buffer has no `buffer` and no `byteOffset`: it is all of itself.
  const { buffer = data as ArrayBuffer, byteOffset, byteLength } = data as Partial<ArrayBufferView>;
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** @throws DOMException when `text` is not base64 */
export function base64ToBinary(text: string): ArrayBuffer {
  return Uint8Array.from(atob(text), (char) => char.charCodeAt(0)).buffer;
}

export function toBinaryType(data: Exclude<RawData, string>, binaryType?: BinaryType): RawData {
  if (binaryType === "blob") return data instanceof Blob ? data : new Blob([data as ArrayBuffer]);
  return ArrayBuffer.isView(data) ? (data.buffer as ArrayBuffer) : data;
}

/** Length in UTF-8; a lone surrogate counts 3 as its replacement does. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (const char of text) bytes += char < "\x80" ? 1 : char < "\u0800" ? 2 : char[1] ? 4 : 3;
  return bytes;
}

import type { BinaryType, RawData, TimerOwner } from "./types.js";
import { CookieJar } from "./node/cookie-jar.js";

export const defaultBinaryType: BinaryType = "nodebuffer";

export function canPoll(): boolean {
  return true;
}

/** As it was when this was loaded: a test that replaces the timers of a program means those of the program. */
const tick = process.nextTick.bind(process);

/** Runs `callback` when the current one has returned. */
export function nextTick(callback: () => void, _setTimeoutFn?: unknown): void {
  tick(callback);
}

/** With `withCredentials`, gives `target` a `cookieJar`. */
export function installCookieJar(target: { readonly opts: { readonly withCredentials?: boolean | undefined } }): void {
  if (target.opts.withCredentials) Object.assign(target, { cookieJar: new CookieJar() });
}

/** Starts a timer which, with `autoUnref`, does not keep the process running. */
export function startTimer({ setTimeoutFn, opts }: TimerOwner, fn: () => void, ms: number): unknown {
  const timer = setTimeoutFn(fn, ms) as { unref?(): void }; // a mocked one may be a number
  if (opts.autoUnref) timer.unref?.();
  return timer;
}

export function bytesToBase64(data: ArrayBuffer | ArrayBufferView): string {
  return toBuffer(data).toString("base64");
}

export function base64ToBinary(text: string): ArrayBufferView {
  return Buffer.from(text, "base64");
}

export function toBinaryType(data: Exclude<RawData, string>, binaryType?: BinaryType): RawData {
  if (data instanceof Blob) return data;
  if (binaryType === "blob") return new Blob([data as ArrayBuffer]);
  if (binaryType !== "arraybuffer") return toBuffer(data);
  if (data instanceof ArrayBuffer) return data;
  return data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength) as ArrayBuffer;
}

function toBuffer(data: ArrayBuffer | ArrayBufferView): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return ArrayBuffer.isView(data) ? Buffer.from(data.buffer, data.byteOffset, data.byteLength) : Buffer.from(data);
}

/** Length in UTF-8. */
export function utf8Bytes(text: string): number {
  return Buffer.byteLength(text);
}

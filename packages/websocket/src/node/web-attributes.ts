import { WebSocketEventTarget } from "./event-target.js";
import { READY_STATE_NAMES } from "./ready-state.js";

const OWN = ["binaryType", "bufferedAmount", "extensions", "isPaused", "protocol", "readyState", "url"] as const;
const INHERITED = ["addEventListener", "removeEventListener", "onclose", "onerror", "onmessage", "onopen"] as const;

/**
 * Gives the class its constants, CONNECTING to CLOSED, and lets `for … in` find the attributes of its instances, as in a browser: what
 * a class declares is hidden from it.
 */
export function showWebAttributes(type: { readonly prototype: WebSocketEventTarget }): void {
  for (const [value, name] of READY_STATE_NAMES.entries()) {
    Object.defineProperty(type, name, { enumerable: true, value });
    Object.defineProperty(type.prototype, name, { enumerable: true, value });
  }
  // What wraps plain objects alone, as reactive() of Vue does, goes by the tag: wrapped to its depths, a connection writes no more.
  Object.defineProperty(type.prototype, Symbol.toStringTag, { configurable: true, value: "WebSocket" });
  for (const name of OWN) show(type.prototype, type.prototype, name);
  for (const name of INHERITED) show(type.prototype, WebSocketEventTarget.prototype, name);
}

function show(target: WebSocketEventTarget, owner: WebSocketEventTarget, name: string): void {
  Object.defineProperty(target, name, { ...Object.getOwnPropertyDescriptor(owner, name), enumerable: true });
}

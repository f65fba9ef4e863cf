import type { ClientRequest } from "node:http";
import type { ClientHandshakeOptions } from "./client-request.js";
import { nextMaskingKey } from "./masking-key.js";
import type { ConnectionLimits } from "./options.js";
import type { WebSocketEventTarget } from "./event-target.js";

/** Options of a client. */
export interface ClientOptions extends ConnectionLimits, ClientHandshakeOptions {
  /** Subprotocols to ask for, the preferred one first, where they are no argument. */
  protocols?: string | readonly string[] | undefined;
  /** Called with each request before it is sent, to add headers; it must call `request.end()`. */
  finishRequest?: ((request: ClientRequest, socket: WebSocketEventTarget) => void) | undefined;
  /** Source of masking keys: writes four bytes. Default: a cryptographic one, which RFC 6455 §10.3 asks for. */
  generateMask?: ((mask: Buffer) => void) | undefined;
}

/** Second and third argument of `new WebSocket`; the second, the subprotocols, may be left out, or be among the options. */
export function sortArguments(
  protocols: string | readonly string[] | ClientOptions | null | undefined,
  options: ClientOptions | null | undefined,
): [subprotocols: readonly string[], options: ClientOptions] {
  if (protocols === undefined) return [subprotocolsOf(options), options ?? {}];
  // What is no string, from programs without types, is no subprotocol: a SyntaxError, as with `ws`.
  if (protocols === null || typeof protocols !== "object") return [[protocols as string], options ?? {}];
  return isStrings(protocols) ? [protocols, options ?? {}] : [subprotocolsOf(protocols), protocols];
}

function subprotocolsOf(options: ClientOptions | null | undefined): readonly string[] {
  const protocols = options?.protocols;
  if (protocols === undefined) return [];
  return typeof protocols === "object" && isStrings(protocols) ? protocols : [protocols];
}

/** Where a client's masking keys come from. */
export function maskSource(options: ClientOptions): () => number {
  const { generateMask } = options;
  if (!generateMask) return nextMaskingKey;
  const mask = Buffer.alloc(4);
  return () => {
    generateMask(mask);
    return mask.readInt32LE(0);
  };
}

function isStrings(value: object): value is readonly string[] {
  return Array.isArray(value);
}

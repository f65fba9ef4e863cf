import { parseExtensions } from "./extension-header.js";
import { acceptKey, type HeaderFacts } from "./handshake.js";
import {
  acceptAnswer,
  PERMESSAGE_DEFLATE,
  type DeflateParams,
  type PerMessageDeflateOptions,
} from "./permessage-deflate.js";
import { listHasToken } from "./token.js";

/** What a client asked for; the answer is judged against it. */
export interface HandshakeOffer {
  /** The `Sec-WebSocket-Key` sent. */
  readonly key: string;
  readonly subprotocols: ReadonlySet<string>;
  /** null when no extension was offered. */
  readonly perMessageDeflate: PerMessageDeflateOptions | null;
}

/** What client and server have agreed on. */
export interface HandshakeResult {
  readonly tag: "accepted";
  /** "" for none. */
  readonly subprotocol: string;
  /** null for no compression. */
  readonly deflate: DeflateParams | null;
}

/** Why a client fails the connection. The texts are those programs written for `ws` look for. */
export interface HandshakeFailure {
  readonly tag: "failed";
  readonly message: string;
  /** What exactly, where more is known. */
  readonly cause: Error | null;
}

/** Judges the headers of a 101 response as a client (RFC 6455 §4.1, "the client MUST validate the server's response"). */
export function judgeResponse(headers: HeaderFacts, offer: HandshakeOffer): HandshakeResult | HandshakeFailure {
  if (!isField(headers["upgrade"], (value) => value.trim().toLowerCase() === "websocket"))
    return fail("Invalid Upgrade header");
  if (!isField(headers["connection"], (value) => listHasToken(value, "upgrade")))
    return fail("Invalid Connection header");
  if (headers["sec-websocket-accept"] !== acceptKey(offer.key)) return fail("Invalid Sec-WebSocket-Accept header");

  const subprotocol = headers["sec-websocket-protocol"];
  const subprotocolError = judgeSubprotocol(subprotocol, offer.subprotocols);
  if (subprotocolError !== null) return fail(subprotocolError);

  const deflate = judgeExtensions(headers["sec-websocket-extensions"], offer.perMessageDeflate);
  if (deflate !== null && "tag" in deflate) return deflate;
  return { tag: "accepted", subprotocol: typeof subprotocol === "string" ? subprotocol : "", deflate };
}

function judgeSubprotocol(answer: string | string[] | undefined, asked: ReadonlySet<string>): string | null {
  if (answer === undefined) return asked.size > 0 ? "Server sent no subprotocol" : null;
  if (asked.size === 0) return "Server sent a subprotocol but none was requested";
  return typeof answer === "string" && asked.has(answer) ? null : "Server sent an invalid subprotocol";
}

function judgeExtensions(
  answer: string | string[] | undefined,
  options: PerMessageDeflateOptions | null,
): DeflateParams | HandshakeFailure | null {
  if (answer === undefined) return null;
  if (options === null) return fail("Server sent a Sec-WebSocket-Extensions header but no extension was requested");
  const extensions = parseExtensions(typeof answer === "string" ? answer : answer.join());
  if (extensions instanceof SyntaxError) return fail(INVALID_EXTENSIONS, extensions);
  const [first, ...others] = extensions;
  // RFC 6455 §9.1: what was not asked for, and an extension twice, is not for the server to use.
  if (first?.name !== PERMESSAGE_DEFLATE || others.length > 0)
    return fail("Server indicated an extension that was not requested");
  const params = acceptAnswer(first, options);
  return params instanceof Error ? fail(INVALID_EXTENSIONS, params) : params;
}

function isField(value: string | string[] | undefined, test: (value: string) => boolean): boolean {
  return typeof value === "string" && test(value);
}

function fail(message: string, cause: Error | null = null): HandshakeFailure {
  return { tag: "failed", message, cause };
}

const INVALID_EXTENSIONS = "Invalid Sec-WebSocket-Extensions header";

import { formatExtension, type Extension, type ExtensionParam } from "./extension-header.js";

/** Options of permessage-deflate (RFC 7692), the same for servers and clients. */
export interface PerMessageDeflateOptions {
  /**
   * Each message of the server stands alone. Server: true (default) announces it, which makes deflating cheap and lets a broadcast be
   * deflated once for all; false takes contexts over, and declines offers that ask for the contrary. Client: true asks for it.
   */
  serverNoContextTakeover?: boolean | undefined;
  /**
   * Each message of the client stands alone. Server: true (default) demands it, so that an idle connection keeps no history; false lets
   * clients take contexts over. Client: false takes its context over where the server allows it; otherwise it does not.
   */
  clientNoContextTakeover?: boolean | undefined;
  /**
   * Largest window of the server in bits, 8 to 15 (default 15). Server: false declines offers that limit it. Client: asks for it.
   */
  serverMaxWindowBits?: number | boolean | undefined;
  /**
   * Largest window of the client in bits, 8 to 15 (default 15). Server: a number declines offers whose client cannot be limited.
   * Client: true (default) offers to be limited, a number also limits it, false does neither.
   */
  clientMaxWindowBits?: number | boolean | undefined;
  /** Options for `zlib.deflateRaw`; default `{ memLevel: 5 }`. `windowBits` and `finishFlush` are ours. */
  zlibDeflateOptions?: DeflateTuning | undefined;
  /** Options for `zlib.inflateRaw`. `windowBits`, `finishFlush` and `maxOutputLength` are ours. */
  zlibInflateOptions?: { readonly chunkSize?: number | undefined } | undefined;
  /** Messages shorter than this are sent as they are, in bytes. Default 1024. */
  threshold?: number | undefined;
  /**
   * How many long messages all connections of the process deflate or inflate at a time; the largest number asked for so far counts.
   * Default 10. Short messages do not wait.
   */
  concurrencyLimit?: number | undefined;
}

/** What zlib lets a deflater choose (the names are zlib's). */
export interface DeflateTuning {
  readonly chunkSize?: number | undefined;
  readonly level?: number | undefined;
  readonly memLevel?: number | undefined;
  readonly strategy?: number | undefined;
}

/** What a connection has agreed on. Window bits are 8 to 15. */
export interface DeflateParams {
  readonly serverNoContextTakeover: boolean;
  readonly clientNoContextTakeover: boolean;
  readonly serverMaxWindowBits: number;
  readonly clientMaxWindowBits: number;
}

/** The extension's name in headers. */
export const PERMESSAGE_DEFLATE = "permessage-deflate";

/** An offer a server takes. */
export interface AcceptedOffer {
  readonly params: DeflateParams;
  /** The `Sec-WebSocket-Extensions` value of the answer. */
  readonly header: string;
}

/**
 * Chooses the first offer a server can keep (RFC 7692 §5.1, §7.1). Illegal and unacceptable offers are declined, not refused: the client
 * may have listed another one behind.
 *
 * @returns null when there is none; the connection then has no compression
 */
export function acceptOffer(extensions: readonly Extension[], options: PerMessageDeflateOptions): AcceptedOffer | null {
  for (const extension of extensions) {
    if (extension.name !== PERMESSAGE_DEFLATE) continue;
    const offer = readParams(extension.params, "offer");
    if (offer instanceof Error) continue;
    const params = agree(offer, options);
    if (params !== null) return { params, header: formatAnswer(params, offer) };
  }
  return null;
}

/** The `Sec-WebSocket-Extensions` value of a client's request (RFC 7692 §7.1). */
export function formatOffer(options: PerMessageDeflateOptions): string {
  const params: ExtensionParam[] = [];
  if (options.serverNoContextTakeover) params.push({ name: SERVER_NO_TAKEOVER, value: null });
  if (options.clientNoContextTakeover) params.push({ name: CLIENT_NO_TAKEOVER, value: null });
  if (typeof options.serverMaxWindowBits === "number") {
    params.push({ name: SERVER_BITS, value: String(options.serverMaxWindowBits) });
  }
  if (typeof options.clientMaxWindowBits === "number") {
    params.push({ name: CLIENT_BITS, value: String(options.clientMaxWindowBits) });
  } else if (options.clientMaxWindowBits !== false) {
    params.push({ name: CLIENT_BITS, value: null });
  }
  return formatExtension({ name: PERMESSAGE_DEFLATE, params });
}

/**
 * Checks a server's answer against the offer made from the same options (RFC 7692 §7.1).
 *
 * @returns what is agreed on, or the reason to fail the connection
 */
export function acceptAnswer(answer: Extension, options: PerMessageDeflateOptions): DeflateParams | Error {
  const got = readParams(answer.params, "answer");
  if (got instanceof Error) return got;
  if (options.serverNoContextTakeover && !got.serverNoContextTakeover) return unkept(SERVER_NO_TAKEOVER);
  const serverLimit = typeof options.serverMaxWindowBits === "number" ? options.serverMaxWindowBits : null;
  if (serverLimit !== null && (got.serverMaxWindowBits ?? 15) > serverLimit) return unkept(SERVER_BITS);
  // RFC 7692 §7.1.2.2: the answer may hold it only when the offer did. A value above the one offered changes nothing.
  if (got.clientMaxWindowBits !== null && options.clientMaxWindowBits === false) return unkept(CLIENT_BITS);
  const clientLimit = typeof options.clientMaxWindowBits === "number" ? options.clientMaxWindowBits : 15;
  return {
    serverNoContextTakeover: got.serverNoContextTakeover,
    // To stand alone is always allowed to a sender; only an application that says so pays for a context.
    clientNoContextTakeover: got.clientNoContextTakeover || options.clientNoContextTakeover !== false,
    serverMaxWindowBits: got.serverMaxWindowBits ?? 15,
    clientMaxWindowBits: Math.min(got.clientMaxWindowBits ?? 15, clientLimit),
  };
}

/** What is wrong with the parameters of an offer, which a server declines without a word; null for nothing. */
export function illegalOffer(params: readonly ExtensionParam[]): Error | null {
  const offer = readParams(params, "offer");
  return offer instanceof Error ? offer : null;
}

/**
 * Checks options at the time an application gives them.
 *
 * @throws RangeError for window bits outside 8 to 15, a negative threshold and a limit below 1
 */
export function assertDeflateOptions(options: PerMessageDeflateOptions): void {
  for (const name of ["serverMaxWindowBits", "clientMaxWindowBits"] as const) {
    const bits = options[name];
    if (typeof bits === "number" && !(Number.isInteger(bits) && bits >= 8 && bits <= 15)) {
      throw new RangeError(`${name} of ${bits} is not an integer from 8 to 15`);
    }
  }
  for (const [name, least] of [
    ["threshold", 0],
    ["concurrencyLimit", 1],
  ] as const) {
    const value = options[name];
    if (value !== undefined && !(value >= least)) throw new RangeError(`${name} of ${value} is less than ${least}`);
  }
}

const SERVER_NO_TAKEOVER = "server_no_context_takeover";
const CLIENT_NO_TAKEOVER = "client_no_context_takeover";
const SERVER_BITS = "server_max_window_bits";
const CLIENT_BITS = "client_max_window_bits";
const KNOWN_PARAMS: ReadonlySet<string> = new Set([SERVER_NO_TAKEOVER, CLIENT_NO_TAKEOVER, SERVER_BITS, CLIENT_BITS]);

/** Legal parameters, as they were sent. `null`: not there; `"any"`: `client_max_window_bits` without a value. */
interface SentParams {
  serverNoContextTakeover: boolean;
  clientNoContextTakeover: boolean;
  serverMaxWindowBits: number | null;
  clientMaxWindowBits: number | "any" | null;
}

interface SentAnswer extends SentParams {
  clientMaxWindowBits: number | null;
}

function readParams(params: readonly ExtensionParam[], kind: "answer"): SentAnswer | Error;
function readParams(params: readonly ExtensionParam[], kind: "offer"): SentParams | Error;
/** Reads parameters; an error, with the text of `ws`, for unknown ones, doubles and illegal values (RFC 7692 §7.1). */
function readParams(params: readonly ExtensionParam[], kind: "offer" | "answer"): SentParams | Error {
  const sent: SentParams = {
    serverNoContextTakeover: false,
    clientNoContextTakeover: false,
    serverMaxWindowBits: null,
    clientMaxWindowBits: null,
  };
  const names = new Set<string>();
  for (const { name, value } of params) {
    if (names.has(name)) return new Error(`Parameter "${name}" must have only a single value`);
    names.add(name);
    if (!KNOWN_PARAMS.has(name)) return new Error(`Unknown parameter "${name}"`);
    if (!readParam(sent, name, value, kind)) {
      return new TypeError(`Invalid value for parameter "${name}": ${value ?? "true"}`);
    }
  }
  return sent;
}

/** @returns false when the value is illegal here */
function readParam(sent: SentParams, name: string, value: string | null, kind: "offer" | "answer"): boolean {
  switch (name) {
    case SERVER_NO_TAKEOVER:
      sent.serverNoContextTakeover = true;
      return value === null;
    case CLIENT_NO_TAKEOVER:
      sent.clientNoContextTakeover = true;
      return value === null;
    case SERVER_BITS:
      sent.serverMaxWindowBits = Number(value);
      return value !== null && isWindowBits(value);
    default:
      sent.clientMaxWindowBits = value === null ? "any" : Number(value);
      return value === null ? kind === "offer" : isWindowBits(value);
  }
}

/** RFC 7692 §7.1.2: a decimal integer from 8 to 15 without leading zeros. */
function isWindowBits(value: string): boolean {
  return /^(?:[89]|1[0-5])$/.test(value);
}

/** What a server makes of a legal offer, or null when its options forbid it. */
function agree(offer: SentParams, options: PerMessageDeflateOptions): DeflateParams | null {
  if (offer.serverNoContextTakeover && options.serverNoContextTakeover === false) return null;
  if (offer.serverMaxWindowBits !== null && options.serverMaxWindowBits === false) return null;
  // RFC 7692 §7.1.2.2: a client that did not offer it cannot be told to use a smaller window.
  const ownClientBits = typeof options.clientMaxWindowBits === "number" ? options.clientMaxWindowBits : 15;
  if (ownClientBits < 15 && offer.clientMaxWindowBits === null) return null;

  const ownServerBits = typeof options.serverMaxWindowBits === "number" ? options.serverMaxWindowBits : 15;
  const offeredClientBits = typeof offer.clientMaxWindowBits === "number" ? offer.clientMaxWindowBits : 15;
  return {
    serverNoContextTakeover: options.serverNoContextTakeover !== false,
    clientNoContextTakeover: options.clientNoContextTakeover !== false,
    serverMaxWindowBits: Math.min(offer.serverMaxWindowBits ?? 15, ownServerBits),
    clientMaxWindowBits: options.clientMaxWindowBits === false ? 15 : Math.min(offeredClientBits, ownClientBits),
  };
}

function formatAnswer(agreed: DeflateParams, offer: SentParams): string {
  const params: ExtensionParam[] = [];
  if (agreed.serverNoContextTakeover) params.push({ name: SERVER_NO_TAKEOVER, value: null });
  if (agreed.clientNoContextTakeover) params.push({ name: CLIENT_NO_TAKEOVER, value: null });
  if (offer.serverMaxWindowBits !== null || agreed.serverMaxWindowBits < 15) {
    params.push({ name: SERVER_BITS, value: String(agreed.serverMaxWindowBits) });
  }
  if (agreed.clientMaxWindowBits < 15) params.push({ name: CLIENT_BITS, value: String(agreed.clientMaxWindowBits) });
  return formatExtension({ name: PERMESSAGE_DEFLATE, params });
}

function unkept(parameter: string): Error {
  return new Error(`Unexpected or invalid parameter "${parameter}"`);
}

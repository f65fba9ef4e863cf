import * as crypto from "node:crypto";
import { parseExtensions, type Extension } from "./extension-header.js";
import { parseSubprotocols } from "./subprotocol.js";
import { listHasToken } from "./token.js";

/** What the opening handshake looks at in a request; an `IncomingMessage` of `node:http` is one. */
export interface RequestFacts {
  readonly method?: string | undefined;
  readonly httpVersion: string;
  /** Names in lower case; lines of the same name joined by a comma. */
  readonly headers: HeaderFacts;
  /** Undefined in a request that was made by hand (test helpers do) and never stood on a wire. */
  readonly rawHeaders?: readonly string[] | undefined;
}

/** Header fields by name in lower case. */
export type HeaderFacts = Readonly<Record<string, string | string[] | undefined>>;

/** A request that may become a WebSocket, if the application wants it. */
export interface AcceptableRequest {
  readonly tag: "acceptable";
  /** `Sec-WebSocket-Key` as it was sent: base64 of 16 bytes. */
  readonly key: string;
  /** Subprotocols asked for, the preferred one first. */
  readonly subprotocols: ReadonlySet<string>;
  /** Extensions offered, the preferred one first. */
  readonly extensions: readonly Extension[];
}

/** Why a request does not become a WebSocket, as an HTTP response. */
export interface Refusal {
  readonly tag: "refused";
  readonly status: number;
  /** Body of the response, and the text of the error an application sees. */
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** Judges an opening handshake as a server (RFC 6455 §4.2.1). Pure: takes facts, writes nothing. */
export function judgeRequest(request: RequestFacts): AcceptableRequest | Refusal {
  const { headers } = request;
  if (request.method !== "GET") return refuse(405, "Invalid HTTP method", { Allow: "GET" });
  if (OLD_HTTP.test(request.httpVersion)) return refuse(400, "HTTP/1.1 or higher is required");
  // RFC 9112 §3.2 asks for it of what comes over a connection.
  if (request.rawHeaders !== undefined && single(headers["host"]) === "") return refuse(400, "Missing Host header");
  if (!listHasToken(single(headers["upgrade"]), "websocket")) return refuse(400, "Invalid Upgrade header");
  if (!listHasToken(single(headers["connection"]), "upgrade")) return refuse(400, "Invalid Connection header");
  // A body would be taken for frames by us and for a body by a proxy before us.
  if (hasBody(headers)) return refuse(400, "Unexpected request body");

  const key = single(headers["sec-websocket-key"]);
  if (!isKey(key)) return refuse(400, "Missing or invalid Sec-WebSocket-Key header");
  const version = single(headers["sec-websocket-version"]);
  // 8 is the draft many old clients speak (hybi-08 to -12); its frames are the same.
  if (version !== "13" && version !== "8") {
    // RFC 6455 §4.4: say which version is spoken. RFC 9110 §15.5.22: a 426 names the protocol in Upgrade.
    return refuse(426, "Missing or invalid Sec-WebSocket-Version header", {
      "Sec-WebSocket-Version": "13",
      Upgrade: "websocket",
    });
  }
  return judgeLists(key, headers);
}

/** The value of `Sec-WebSocket-Accept` for a key (RFC 6455 §4.2.2 (5.4)). */
export function acceptKey(key: string): string {
  return sha1InBase64(key + GUID);
}

/**
 * The lines of a 101 response (RFC 6455 §4.2.2 (5)), without line ends, status line first. A list, because a `headers` hook may add to it.
 *
 * @param subprotocol the chosen one, or "" for none
 * @param extensions the whole `Sec-WebSocket-Extensions` value, or "" for none
 */
export function upgradeHead(key: string, subprotocol: string, extensions: string): string[] {
  const lines = [
    "HTTP/1.1 101 Switching Protocols",
    "Upgrade: websocket",
    "Connection: Upgrade",
    `Sec-WebSocket-Accept: ${acceptKey(key)}`,
  ];
  if (subprotocol !== "") lines.push(`Sec-WebSocket-Protocol: ${subprotocol}`);
  if (extensions !== "") lines.push(`Sec-WebSocket-Extensions: ${extensions}`);
  return lines;
}

/**
 * Joins the lines of a response head and ends it with an empty line.
 *
 * @throws TypeError when a line holds CR, LF or NUL, which would let its writer forge headers or frames
 */
export function serializeHead(lines: readonly string[]): string {
  for (const line of lines) {
    if (FORBIDDEN_IN_LINE.test(line)) throw new TypeError(`invalid header line ${JSON.stringify(line)}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/**
 * A complete HTTP response for a refusal: status, length, `Connection: close`, body. The caller ends the socket after it.
 *
 * @param reason phrase of the status line, "" where there is none
 */
export function refusalResponse(refusal: Omit<Refusal, "tag">, reason: string): string {
  const lines = [`HTTP/1.1 ${refusal.status} ${reason}`];
  const fields: Record<string, string> = {
    // RFC 9110 §7.8: who sends Upgrade names it in Connection.
    Connection: "Upgrade" in refusal.headers ? "Upgrade, close" : "close",
    "Content-Type": "text/html",
    "Content-Length": String(Buffer.byteLength(refusal.message)),
    ...refusal.headers,
  };
  for (const [name, value] of Object.entries(fields)) lines.push(`${name}: ${value}`);
  return serializeHead(lines) + refusal.message;
}

function judgeLists(key: string, headers: HeaderFacts): AcceptableRequest | Refusal {
  const protocolHeader = headers["sec-websocket-protocol"];
  const subprotocols = protocolHeader === undefined ? NO_SUBPROTOCOLS : parseSubprotocols(single(protocolHeader));
  if (subprotocols instanceof SyntaxError) return refuse(400, "Invalid Sec-WebSocket-Protocol header");

  const extensionHeader = headers["sec-websocket-extensions"];
  // Without a value it offers nothing; proxies and small clients send it like that.
  const extensions = extensionHeader ? parseExtensions(single(extensionHeader)) : NO_EXTENSIONS;
  if (extensions instanceof SyntaxError) return refuse(400, "Invalid or unacceptable Sec-WebSocket-Extensions header");
  return { tag: "acceptable", key, subprotocols, extensions };
}

function refuse(status: number, message: string, headers: Readonly<Record<string, string>> = NO_HEADERS): Refusal {
  return { tag: "refused", status, message, headers };
}

/** Base64 of exactly 16 bytes: 22 characters and two `=`. Two header lines come joined by a comma, which is no base64. */
function isKey(key: string): boolean {
  return KEY.test(key);
}

function hasBody(headers: HeaderFacts): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}

/** A header field as one string; "" when it is missing. Requests made by hand may hold numbers. */
function single(value: string | string[] | number | undefined): string {
  if (value === undefined) return "";
  return Array.isArray(value) ? value.join(", ") : String(value);
}

/** Since Node 20.12. A Hash object would keep its native context until the next full garbage collection. */
const oneShotHash = (crypto as Partial<typeof crypto>).hash;

function sha1InBase64(text: string): string {
  return oneShotHash === undefined
    ? crypto.createHash("sha1").update(text).digest("base64")
    : oneShotHash("sha1", text, "base64");
}

const GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const OLD_HTTP = /^(?:0|1\.0)/;
const KEY = /^[+/0-9A-Za-z]{22}==$/;
// eslint-disable-next-line no-control-regex -- these are the characters looked for
const FORBIDDEN_IN_LINE = /[\r\n\0]/;
const NO_HEADERS: Readonly<Record<string, string>> = {};
const NO_SUBPROTOCOLS: ReadonlySet<string> = new Set();
const NO_EXTENSIONS: readonly Extension[] = [];

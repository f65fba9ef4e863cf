import { chooseEncoding } from "../core/accept-encoding.js";
import type { Headers, HttpExchange } from "../http-exchange.js";
import { type ContentEncoding, ENCODINGS, type HttpCompressionOptions, writeCompressed } from "./polling-compress.js";

/** What the replies of long-polling ask of their transport. */
export interface ReplyHost {
  /** `null`: never compress */
  readonly httpCompression: HttpCompressionOptions | null;
  /** Lets others add to the head of a reply. */
  onReplyHead(exchange: HttpExchange, headers: Headers): void;
}

/**
 * Replies to a GET with a payload.
 *
 * @param bytes size of the payload
 * @param compress whether one of its packets may be compressed
 */
export function replyToPoll(
  exchange: HttpExchange,
  payload: string | Buffer,
  bytes: number,
  compress: boolean,
  host: ReplyHost,
): void {
  const options = host.httpCompression;
  const type = typeof payload === "string" ? "text/plain; charset=UTF-8" : "application/octet-stream";
  const encoding = compress ? encodingOf(exchange, bytes, options) : null;
  if (encoding === null || options === null) {
    const headers = { "Content-Type": type, "Content-Length": String(bytes) };
    exchange.reply(200, headOf(exchange, headers, host), payload);
  } else {
    const headers = { "Content-Type": type, "Content-Encoding": encoding };
    writeCompressed(exchange.replyStream(200, headOf(exchange, headers, host)), payload, encoding, options);
  }
}

/** Replies to a POST whose packets have been read. */
export function replyToPost(exchange: HttpExchange, host: ReplyHost): void {
  // text/html: some proxies and old browsers hold back other types.
  const headers = { "Content-Type": "text/html", "Content-Length": "2" };
  exchange.reply(200, headOf(exchange, headers, host), "ok");
}

function encodingOf(
  exchange: HttpExchange,
  bytes: number,
  options: HttpCompressionOptions | null,
): ContentEncoding | null {
  const isWorthIt = options !== null && bytes >= (options.threshold ?? 0);
  return isWorthIt ? chooseEncoding(exchange.header("accept-encoding"), ENCODINGS) : null;
}

function headOf(exchange: HttpExchange, headers: Headers, host: ReplyHost): Headers {
  const userAgent = exchange.header("user-agent");
  if (userAgent !== undefined && (userAgent.includes(";MSIE") || userAgent.includes("Trident/"))) {
    // Its XSS filter mangles replies of long-polling.
    headers["X-XSS-Protection"] = "0";
  }
  headers["cache-control"] = "no-store";
  host.onReplyHead(exchange, headers);
  return headers;
}

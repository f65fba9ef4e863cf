import type { Writable } from "node:stream";
import { createDeflate, createGzip, type ZlibOptions } from "node:zlib";

/** Codings of replies, the preferred one first. */
export const ENCODINGS = ["gzip", "deflate"] as const;
export type ContentEncoding = (typeof ENCODINGS)[number];

/** Option `httpCompression`: zlib options, and from which size on replies are compressed. */
export interface HttpCompressionOptions extends ZlibOptions {
  /** bytes; default 1024 */
  threshold?: number;
}

/**
 * Writes a payload compressed.
 *
 * @param target is ended when all is written, destroyed when the codec fails
 */
export function writeCompressed(
  target: Writable,
  payload: string | Buffer,
  encoding: ContentEncoding,
  options: HttpCompressionOptions,
): void {
  const codec = encoding === "gzip" ? createGzip(options) : createDeflate(options);
  codec.on("error", () => target.destroy());
  // The peer may leave at any moment: the codec must not outlive the reply.
  target.on("close", () => codec.destroy());
  codec.pipe(target);
  codec.end(payload);
}

import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, deflate, gzip } from "node:zlib";

/** Content codings bundles are served in. */
export type BundleEncoding = "br" | "gzip" | "deflate";

const COMPRESS: Readonly<Record<BundleEncoding, (content: Buffer) => Promise<Buffer>>> = {
  br: promisify<Buffer, Buffer>(brotliCompress),
  gzip: promisify<Buffer, Buffer>(gzip),
  deflate: promisify<Buffer, Buffer>(deflate),
};

const stored: Map<string, Promise<Buffer>> = new Map();

/**
 * Gives a bundle. Each is read and compressed once in the life of the process: a request costs a peer some fifty bytes, and
 * compressing for each of them would let one peer keep the thread pool, and with it everybody else, waiting.
 *
 * @param name one of the eight files; what is asked for by others must not get here
 * @param encoding null for the file as it is
 * @returns the same Buffer for everybody
 */
export function loadBundle(name: string, encoding: BundleEncoding | null): Promise<Buffer> {
  const key = `${name} ${encoding ?? ""}`;
  let content = stored.get(key);
  if (content === undefined) {
    content = encoding === null ? readFile(bundlePath(name)) : loadBundle(name, null).then(COMPRESS[encoding]);
    content.catch(() => stored.delete(key)); // the next request tries again
    stored.set(key, content);
  }
  return content;
}

/** Written so that tools which bundle servers see the folder, and copy it: `ncc` does not follow `node:path`. */
function bundlePath(name: string): string {
  return `${__dirname}/../client-dist/${name}`;
}

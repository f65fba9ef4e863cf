import { constants, deflateRawSync, inflateRawSync } from "node:zlib";
import type { MessageDeflater, MessageInflater } from "../core/compression-port.js";
import { assertDeflateOptions, type DeflateParams, type PerMessageDeflateOptions } from "../core/permessage-deflate.js";
import { RawDeflater } from "./deflate.js";
import { RawInflater } from "./inflate.js";
import { zlibPool } from "./zlib-pool.js";

/** Both directions of a compressed connection. */
export interface Compression {
  readonly inflater: MessageInflater;
  readonly deflater: MessageDeflater;
}

/** Sets up both directions as negotiated (RFC 7692 §7.1): what binds the server inflates at the client, and the other way round. */
export function createCompression(
  role: "server" | "client",
  params: DeflateParams,
  options: PerMessageDeflateOptions,
): Compression {
  if (options.concurrencyLimit !== undefined) zlibPool.raiseLimit(options.concurrencyLimit);
  const server = { windowBits: params.serverMaxWindowBits, contextTakeover: !params.serverNoContextTakeover };
  const client = { windowBits: params.clientMaxWindowBits, contextTakeover: !params.clientNoContextTakeover };
  const [own, peer] = role === "server" ? [server, client] : [client, server];
  return {
    inflater: new RawInflater({ ...peer, chunkSize: options.zlibInflateOptions?.chunkSize }),
    deflater: new RawDeflater({
      ...own,
      thresholdBytes: options.threshold ?? DEFAULT_THRESHOLD_BYTES,
      tuning: options.zlibDeflateOptions ?? NO_TUNING,
    }),
  };
}

/**
 * Checks options at the time an application gives them: zlib would refuse its own at the first message.
 *
 * @throws {RangeError} for a value out of range; {TypeError} for one that is no number
 */
export function assertCompressionOptions(options: PerMessageDeflateOptions): void {
  assertDeflateOptions(options);
  const { zlibDeflateOptions, zlibInflateOptions } = options;
  if (zlibDeflateOptions !== undefined) {
    const { chunkSize, level, memLevel, strategy } = zlibDeflateOptions;
    deflateRawSync(NOTHING, { chunkSize, level, memLevel, strategy });
  }
  if (zlibInflateOptions !== undefined) {
    inflateRawSync(NOTHING, { chunkSize: zlibInflateOptions.chunkSize, finishFlush: constants.Z_SYNC_FLUSH });
  }
}

const NOTHING: Buffer = Buffer.alloc(0);
/** RFC 7692 leaves it open; below this the few bytes saved are not worth zlib's set-up. */
const DEFAULT_THRESHOLD_BYTES = 1024;
const NO_TUNING = {};

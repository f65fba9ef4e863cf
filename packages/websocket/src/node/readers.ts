import type { ReceiveLimits } from "../core/message-reader.js";
import { ReaderPool } from "../core/reader-pool.js";
import { maxPayloadBytes, type ConnectionLimits } from "./options.js";

/** The readers of a connection, by its options as they are now. Connections with the same limits share them. */
export function readersFor(role: "server" | "client", options: ConnectionLimits): ReaderPool {
  const limits = {
    maxPayloadBytes: maxPayloadBytes(options),
    maxFragments: options.maxFragments ?? 0,
    maxChunks: options.maxBufferedChunks ?? 0,
    skipsUtf8Check: options.skipUTF8Validation === true,
  };
  const pools = POOLS[role];
  const known = pools.find((pool) => areSame(pool.limits, limits));
  if (known !== undefined) return known;
  if (pools.length === MAX_POOLS) pools.shift();
  const pool = new ReaderPool(role, limits);
  pools.push(pool);
  return pool;
}

/** Servers of a process with limits of their own; the readers of one more are shared by fewer connections. */
const MAX_POOLS = 8;
const POOLS: Record<"server" | "client", ReaderPool[]> = { server: [], client: [] };

function areSame(a: ReceiveLimits, b: ReceiveLimits): boolean {
  return (
    a.maxPayloadBytes === b.maxPayloadBytes &&
    a.maxFragments === b.maxFragments &&
    a.maxChunks === b.maxChunks &&
    a.skipsUtf8Check === b.skipsUtf8Check
  );
}

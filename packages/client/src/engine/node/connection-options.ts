import type { SocketOptions } from "../options.js";

/** Options that end at `tls.connect`, `net.connect` or the WebSocket handshake. */
const NAMES = [
  "agent",
  "pfx",
  "key",
  "passphrase",
  "cert",
  "ca",
  "ciphers",
  "rejectUnauthorized",
  "checkServerIdentity",
  "localAddress",
  "family",
  "protocolVersion",
  "origin",
  "maxPayload",
] as const;
/** Those that prove who we are: not for another origin. */
export const IDENTITY: readonly string[] = ["pfx", "key", "passphrase", "cert"];

/**
 * The options of `options` that are set. Without an agent each request has a connection of its own: the pool of the global agent
 * would lend one that was verified by another `checkServerIdentity`, or that the server is about to close.
 */
export function pickConnectionOptions(options: Pick<SocketOptions, (typeof NAMES)[number]>): Record<string, unknown> {
  const picked: Record<string, unknown> = { agent: false };
  for (const name of NAMES) {
    if (options[name] !== undefined && options[name] !== null) picked[name] = options[name];
  }
  return picked;
}

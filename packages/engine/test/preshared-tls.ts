import { connect, type TLSSocket, type TlsOptions } from "node:tls";

const KEY = Buffer.from("0123456789abcdef");
const SUITE = { ciphers: "PSK", maxVersion: "TLSv1.2" } as const;

/** Options of a server that speaks TLS without certificates. */
export const PRESHARED: TlsOptions = { ...SUITE, pskCallback: () => KEY };

/** A connection to such a server. */
export function dialTls(port: number): TLSSocket {
  return connect({
    ...SUITE,
    port,
    host: "127.0.0.1",
    pskCallback: () => ({ psk: KEY, identity: "a" }),
    checkServerIdentity: () => undefined,
  });
}

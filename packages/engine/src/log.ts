import debug from "debug";

type Log = (format: string, ...values: unknown[]) => void;

/**
 * Diagnostic output under a `debug` namespace. Whether it is wanted is asked once, when the process starts: a call for
 * nobody costs nothing.
 */
export function logger(namespace: string): Log {
  const log = debug(namespace);
  return log.enabled ? log : ignore;
}

function ignore(): void {}

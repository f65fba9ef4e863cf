import { dueByNow, shuffle } from "./core/drain-plan.js";
import { ServerError } from "./errors.js";

/** How far a drain is. */
export interface DrainProgress {
  /** Connections closed so far. */
  readonly closed: number;
  /** Connections when the drain began. */
  readonly total: number;
  readonly elapsedMs: number;
}

/** Options of `io.drain()`. */
export interface DrainOptions {
  /** Time over which the connections are closed, in ms. Default 10000. */
  overMs?: number;
  /** Leaves the HTTP server open, for its owner to close. Default false. */
  keepHttpServer?: boolean;
  /** Called after each batch. What it throws rejects the drain, at its end. */
  onProgress?: (progress: DrainProgress) => void;
}

/** A connection to close. */
export interface DrainTarget {
  close(): void;
}

/** What a drain asks of the server. */
export interface DrainHost {
  /** From now on new connections are refused. */
  stopAccepting(): void;
  /** Whether a client is there that will make further requests: HTTP long-polling. */
  hasPollingClients(): boolean;
  /** Closes the HTTP server for new TCP connections. */
  stopListening(): void;
  connections(): DrainTarget[];
  /** Closes what is left. */
  finish(keepHttpServer: boolean): Promise<void>;
}

const BATCH_INTERVAL_MS = 50;

/**
 * Closes all connections in random order over a given time, so that the clients do not all come back in one moment,
 * then closes the server.
 *
 * @throws ServerError for a time that would never be over; what `onProgress` threw, when all is closed
 */
export async function drain(host: DrainHost, options: DrainOptions): Promise<DrainProgress> {
  const { overMs = 10_000, keepHttpServer = false, onProgress } = options;
  if (!Number.isFinite(overMs)) {
    throw new ServerError(
      "ERR_INVALID_OPTION",
      `overMs must be a finite number of milliseconds, got ${String(overMs)}`,
    );
  }
  host.stopAccepting();
  let isListening = !keepHttpServer;
  let thrown: { readonly error: unknown } | null = null;
  const targets = shuffle(host.connections(), Math.random);
  const startMs = performance.now();
  let closed = 0;
  for (;;) {
    if (isListening && !host.hasPollingClients()) {
      isListening = false;
      host.stopListening();
    }
    const elapsedMs = performance.now() - startMs;
    const due = dueByNow(targets.length, elapsedMs, overMs);
    for (; closed < due; closed++) targets[closed]?.close();
    const progress = { closed, total: targets.length, elapsedMs };
    try {
      onProgress?.(progress);
    } catch (error) {
      thrown ??= { error };
    }
    if (closed === targets.length) {
      await host.finish(keepHttpServer);
      if (thrown !== null) throw thrown.error;
      return progress;
    }
    await new Promise((resolve) => setTimeout(resolve, Math.min(BATCH_INTERVAL_MS, overMs - elapsedMs)));
  }
}

import { Fifo } from "../core/fifo.js";

/**
 * The share of Node's thread pool that WebSocket messages may take. One for the process: every thread that deflates holds its own
 * memory, and thousands of jobs at once would fragment the heap (nodejs/node#8871) and starve file system and DNS work.
 */
export class ZlibPool {
  private running = 0;
  private readonly waiting: Fifo<PoolJob> = new Fifo();

  /** @param limit jobs at a time */
  constructor(private limit: number) {}

  /** Lets at least `limit` jobs run at a time. */
  raiseLimit(limit: number): void {
    if (limit > this.limit) this.limit = limit;
  }

  /** Starts `job` now or when its turn comes; it calls `release` exactly once, when its work is over. */
  run(job: PoolJob): void {
    if (this.running < this.limit) this.start(job);
    else this.waiting.push(job);
  }

  private start(job: PoolJob): void {
    this.running++;
    job(this.release);
  }

  private readonly release = (): void => {
    this.running--;
    const next = this.waiting.shift();
    if (next !== undefined) this.start(next);
  };
}

/** A piece of work in the pool. */
export type PoolJob = (release: () => void) => void;

/** Default of `concurrencyLimit`. */
export const DEFAULT_CONCURRENCY = 10;

/** The pool all connections share. */
export const zlibPool: ZlibPool = new ZlibPool(DEFAULT_CONCURRENCY);

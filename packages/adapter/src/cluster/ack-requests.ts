import type { Schedule } from "./schedule.js";

/** Told what other nodes report about a broadcast with acknowledgements. */
export interface AckSink {
  /** Called for each other node with the number of its clients that were sent the packet. */
  readonly onClientCount: (clientCount: number) => void;
  /** Called for each acknowledgement of a client there. */
  readonly onAck: (...args: unknown[]) => void;
}

/** Broadcasts of this node that clients of other nodes may still acknowledge. */
export class AckRequests {
  readonly #requests: Map<string, { readonly sink: AckSink; readonly cancelDeadline: () => void }> = new Map();
  readonly #schedule: Schedule;

  constructor(schedule: Schedule) {
    this.#schedule = schedule;
  }

  get size(): number {
    return this.#requests.size;
  }

  /** @param timeoutMs after which reports are ignored: nobody knows here whether all clients have answered */
  open(requestId: string, sink: AckSink, timeoutMs: number): void {
    const cancelDeadline = this.#schedule(() => this.#requests.delete(requestId), timeoutMs);
    this.#requests.set(requestId, { sink, cancelDeadline });
  }

  /** The report of a node; `undefined` when it comes too late. */
  get(requestId: string): AckSink | undefined {
    return this.#requests.get(requestId)?.sink;
  }

  clear(): void {
    for (const { cancelDeadline } of this.#requests.values()) {
      cancelDeadline();
    }
    this.#requests.clear();
  }
}

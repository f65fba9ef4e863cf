import type { ServerId } from "../types.js";

/** The other nodes of a cluster, by when they were last heard of. */
export class NodeTable {
  readonly #lastSeenMs: Map<ServerId, number> = new Map();
  /** Nodes that said goodbye, and when: a message that was delayed does not bring them back. */
  readonly #leftAtMs: Map<ServerId, number> = new Map();
  readonly #timeoutMs: number;

  /** @param timeoutMs silence after which a node counts as dead */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#lastSeenMs.size;
  }

  /** Their ids, copied. */
  ids(): Set<ServerId> {
    return new Set(this.#lastSeenMs.keys());
  }

  /** A node starts. */
  start(uid: ServerId, nowMs: number): void {
    this.#leftAtMs.delete(uid);
    this.see(uid, nowMs);
  }

  /** A node shows a sign of life. */
  see(uid: ServerId, nowMs: number): void {
    if (!this.#leftAtMs.has(uid)) this.#lastSeenMs.set(uid, nowMs);
  }

  /** A node says goodbye. */
  leave(uid: ServerId, nowMs: number): void {
    this.#lastSeenMs.delete(uid);
    this.#leftAtMs.set(uid, nowMs);
  }

  /** Removes the nodes that have been silent for too long and returns them. */
  removeDead(nowMs: number): ServerId[] {
    for (const [uid, leftAtMs] of this.#leftAtMs) {
      if (nowMs - leftAtMs > this.#timeoutMs) this.#leftAtMs.delete(uid);
    }
    const dead: ServerId[] = [];
    for (const [uid, lastSeenMs] of this.#lastSeenMs) {
      if (nowMs - lastSeenMs > this.#timeoutMs) {
        this.#lastSeenMs.delete(uid);
        dead.push(uid);
      }
    }
    return dead;
  }

  /** Whether there is nothing that time could change. */
  get isSettled(): boolean {
    return this.#lastSeenMs.size === 0 && this.#leftAtMs.size === 0;
  }

  clear(): void {
    this.#leftAtMs.clear();
    this.#lastSeenMs.clear();
  }
}

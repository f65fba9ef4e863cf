import { MAX_TIMER_MS, visitEach } from "@halyard/websocket/core";
import type { ServerId, Untyped } from "../types.js";
import { ClusterAdapter } from "./cluster-adapter.js";
import type { ClusterMessage, ClusterResponse, UnsignedMessage } from "./message.js";
import { checkMessage, MessageType } from "./message.js";
import { NodeTable } from "./node-table.js";
import type { AwaitedNodes } from "./awaited-nodes.js";

/** Options of {@link ClusterAdapterWithHeartbeat}. */
export interface ClusterAdapterOptions {
  /** Milliseconds of silence after which this node says that it lives. Default 5000. */
  heartbeatInterval?: number;
  /** Milliseconds of silence after which another node counts as dead. Default 10000. */
  heartbeatTimeout?: number;
}

/** The id of emitters that are no node: nobody waits for their answers. */
const EMITTER_UID = "emitter";
const SWEEP_INTERVAL_MS = 1000;

/** Emitters leave out their id, or send one that names no node. */
function isNode(uid: unknown): uid is ServerId {
  return typeof uid === "string" && uid !== "" && uid !== EMITTER_UID;
}

/**
 * A {@link ClusterAdapter} which finds out by heartbeats what other nodes there are, so that subclasses need not know
 * {@link serverCount}, and requests stop waiting for a node which leaves or dies.
 */
export abstract class ClusterAdapterWithHeartbeat extends ClusterAdapter {
  readonly #heartbeatIntervalMs: number;
  readonly #nodes: NodeTable;
  #heartbeatTimer: NodeJS.Timeout | null = null;
  #sweepTimer: NodeJS.Timeout | null = null;
  #isClosed = false;

  protected constructor(nsp: Untyped, opts: ClusterAdapterOptions) {
    super(nsp);
    this.#heartbeatIntervalMs = Math.min(opts.heartbeatInterval ?? 5000, MAX_TIMER_MS);
    this.#nodes = new NodeTable(opts.heartbeatTimeout ?? 10_000);
  }

  override init(): Promise<void> | void {
    this.#isClosed = false;
    this.publish({ type: MessageType.INITIAL_HEARTBEAT });
  }

  override close(): Promise<void> | void {
    this.publish({ type: MessageType.ADAPTER_CLOSE });
    this.#isClosed = true;
    clearTimeout(this.#heartbeatTimer ?? undefined);
    clearInterval(this.#sweepTimer ?? undefined);
    this.#heartbeatTimer = null;
    this.#sweepTimer = null;
    this.#nodes.clear();
    return super.close();
  }

  override onMessage(message: ClusterMessage, offset?: string): void {
    const checked = checkMessage(message);
    if (checked === null || checked.uid === this.uid || this.#isClosed) return;
    this.#see(checked.uid, checked.type);
    switch (checked.type) {
      case MessageType.INITIAL_HEARTBEAT:
        return this.publish({ type: MessageType.HEARTBEAT });
      case MessageType.HEARTBEAT:
        return;
      case MessageType.ADAPTER_CLOSE:
        return this.removeAwaitedNode(checked.uid);
      default:
        return super.onMessage(message, offset);
    }
  }

  override onResponse(response: ClusterResponse): void {
    super.onResponse(response);
  }

  override serverCount(): Promise<number> {
    return Promise.resolve(1 + this.#nodes.size);
  }

  /** Any message is a sign of life: the next heartbeat is due an interval later. */
  override publish(message: UnsignedMessage): void {
    if (!this.#isClosed) this.#scheduleHeartbeat();
    super.publish(message);
  }

  protected override awaitedNodes(): Promise<AwaitedNodes> {
    return Promise.resolve({ by: "node", nodes: this.#nodes.ids() });
  }

  #see(uid: ServerId, type: MessageType): void {
    if (!isNode(uid)) return;
    const nowMs = performance.now();
    if (type === MessageType.INITIAL_HEARTBEAT) {
      this.#nodes.start(uid, nowMs);
    } else if (type === MessageType.ADAPTER_CLOSE) {
      this.#nodes.leave(uid, nowMs);
    } else {
      this.#nodes.see(uid, nowMs);
    }
    if (this.#sweepTimer === null) {
      this.#sweepTimer = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS);
      this.#sweepTimer.unref();
    }
  }

  #sweep(): void {
    visitEach(this.#nodes.removeDead(performance.now()), (uid) => this.removeAwaitedNode(uid));
    if (this.#nodes.isSettled) {
      clearInterval(this.#sweepTimer ?? undefined);
      this.#sweepTimer = null;
    }
  }

  #scheduleHeartbeat(): void {
    if (this.#heartbeatTimer !== null) {
      this.#heartbeatTimer.refresh();
      return;
    }
    this.#heartbeatTimer = setTimeout(() => {
      this.publish({ type: MessageType.HEARTBEAT });
    }, this.#heartbeatIntervalMs);
    this.#heartbeatTimer.unref();
  }
}

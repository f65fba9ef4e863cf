import { randomBytes } from "node:crypto";
import debugModule from "debug";
import type { AdapterHost, SocketDetails } from "../host.js";
import { Adapter } from "../in-memory-adapter.js";
import { isRecoverable } from "../recoverable.js";
import type { BroadcastOptions, BroadcastPacket, Offset, Room, ServerId, Untyped } from "../types.js";
import { AckRequests } from "./ack-requests.js";
import type { AwaitedNodes } from "./awaited-nodes.js";
import { countInTime } from "./awaited-nodes.js";
import { DeliveryQueue } from "./delivery-queue.js";
import type { LocalNode } from "./handlers.js";
import { handleMessage, handleResponse, isResponse } from "./handlers.js";
import type { ClusterMessage, ClusterResponse, UnsignedMessage, UnsignedResponse } from "./message.js";
import { checkMessage, encodeOptions, MessageType } from "./message.js";
import { OwedAcks } from "./owed-acks.js";
import type { RequestSink } from "./pending.js";
import { PendingRequests } from "./pending.js";
import { scheduleByTimer } from "./schedule.js";

const debug = debugModule("socket.io-adapter");

/** How long other nodes have to answer, and a broadcast waits for its offset. */
const DEFAULT_TIMEOUT_MS = 5000;

/**
 * Base of adapters that connect several nodes. A subclass
 *
 * - carries messages: implements {@link doPublish} and {@link doPublishResponse};
 * - calls {@link onMessage} and {@link onResponse} with what the other nodes have sent, in order;
 * - knows {@link serverCount}.
 *
 * What one node asks for happens in that order at the sockets of each node, its own included. See docs/clustering.md.
 */
export abstract class ClusterAdapter extends Adapter {
  protected readonly uid: ServerId;
  readonly #host: AdapterHost;
  readonly #local: LocalNode;
  readonly #pending: PendingRequests = new PendingRequests(scheduleByTimer);
  readonly #acks: AckRequests = new AckRequests(scheduleByTimer);
  readonly #owed: OwedAcks = new OwedAcks(scheduleByTimer, (id) => this.#forgetAck(id));
  readonly #queue: DeliveryQueue = new DeliveryQueue(scheduleByTimer, DEFAULT_TIMEOUT_MS, reportFailure);

  protected constructor(nsp: Untyped) {
    super(nsp);
    this.#host = nsp;
    this.uid = randomBytes(8).toString("hex");
    this.#local = {
      broadcast: (packet, opts, offset) => super.broadcast(this.#withOffset(packet, opts, offset), opts),
      broadcastWithAck: (packet, opts, onClientCount, onAck) =>
        this.#broadcastForOther(packet, opts, onClientCount, onAck),
      addSockets: (opts, rooms) => super.addSockets(opts, rooms),
      delSockets: (opts, rooms) => super.delSockets(opts, rooms),
      disconnectSockets: (opts, close) => super.disconnectSockets(opts, close),
      fetchSockets: (opts) => super.fetchSockets(opts),
      serverSideEmit: (args) => this.#host._onServerSideEmit(args),
      respond: (requester, response) => this.publishResponse(requester, response),
    };
  }

  /** Ends open requests as if their time was up, broadcasts that wait for their offset are delivered without. */
  override close(): Promise<void> | void {
    this.#queue.flush();
    this.#acks.clear();
    this.#owed.clear();
    const closed = super.close();
    this.#pending.failAll(); // last: it calls acknowledgements of the application
    return closed;
  }

  /**
   * To be called with each message of another node, in order. Own messages and garbage are ignored.
   *
   * @param offset as returned by {@link doPublish} for this message
   */
  protected onMessage(message: ClusterMessage, offset?: string): void {
    const checked = checkMessage(message);
    if (checked === null) {
      debug("ignored a malformed message");
    } else if (checked.uid === this.uid) {
      debug("ignored an own message");
    } else if (isResponse(checked)) {
      this.onResponse(checked);
    } else {
      handleMessage(checked, offset, this.#local);
    }
  }

  /** To be called with each response to this node. */
  protected onResponse(response: ClusterResponse): void {
    const checked = checkMessage(response);
    if (checked !== null && isResponse(checked)) handleResponse(checked, this.#pending, this.#acks);
  }

  /** Resolves when the packet has been handed to the sockets of this node; failures to publish are only logged. */
  override broadcast(packet: Untyped, opts: BroadcastOptions): Promise<void> {
    if (opts.flags?.local === true) {
      this.#queue.run(() => super.broadcast(packet, opts));
      return Promise.resolve();
    }
    const message: UnsignedMessage = { type: MessageType.BROADCAST, data: { packet, opts: encodeOptions(opts) } };
    if (!this.#needsOffset(packet, opts)) {
      this.publish(message);
      this.#queue.run(() => super.broadcast(packet, opts));
      return Promise.resolve();
    }
    const published = this.publishAndReturnOffset(message);
    published.catch(reportFailure);
    return this.#queue.runWith(published, (offset) => {
      super.broadcast(this.#withOffset(packet, opts, offset), opts);
    });
  }

  override broadcastWithAck(
    packet: Untyped,
    opts: BroadcastOptions,
    clientCountCallback: (clientCount: number) => void,
    ack: (...args: Untyped[]) => void,
  ): void {
    if (opts.flags?.local !== true) {
      const requestId = randomId();
      this.#acks.open(requestId, { onClientCount: clientCountCallback, onAck: ack }, opts.flags?.timeout ?? 0);
      this.publish({ type: MessageType.BROADCAST, data: { packet, requestId, opts: encodeOptions(opts) } });
    }
    this.#queue.run(() => super.broadcastWithAck(packet, opts, clientCountCallback, ack));
  }

  override addSockets(opts: BroadcastOptions, rooms: Room[]): Promise<void> {
    this.#queue.run(() => super.addSockets(opts, rooms));
    return this.#publishUnlessLocal(opts, {
      type: MessageType.SOCKETS_JOIN,
      data: { opts: encodeOptions(opts), rooms },
    });
  }

  override delSockets(opts: BroadcastOptions, rooms: Room[]): Promise<void> {
    this.#queue.run(() => super.delSockets(opts, rooms));
    return this.#publishUnlessLocal(opts, {
      type: MessageType.SOCKETS_LEAVE,
      data: { opts: encodeOptions(opts), rooms },
    });
  }

  override disconnectSockets(opts: BroadcastOptions, close: boolean): Promise<void> {
    this.#queue.run(() => super.disconnectSockets(opts, close));
    return this.#publishUnlessLocal(opts, {
      type: MessageType.DISCONNECT_SOCKETS,
      data: { opts: encodeOptions(opts), close },
    });
  }

  /** @throws Error if not all nodes answer within `opts.flags.timeout`, 5000 ms by default */
  override async fetchSockets(opts: BroadcastOptions): Promise<Untyped[]> {
    const local = await new Promise<SocketDetails[]>((resolve) => {
      this.#queue.run(() => resolve(super.fetchSockets(opts)));
    });
    if (opts.flags?.local === true) return local;
    // A timeout of 0 means the default, too.
    const timeoutMs = opts.flags?.timeout || DEFAULT_TIMEOUT_MS;
    const awaited = await countInTime(this.awaitedNodes(), timeoutMs, scheduleByTimer);
    return new Promise((resolve, reject) => {
      const sink: RequestSink = {
        onComplete: (sockets) => resolve(sockets as SocketDetails[]),
        onTimeout: reject,
      };
      const requestId = randomId();
      if (this.#pending.open(requestId, awaited, local, timeoutMs, sink)) {
        this.publish({ type: MessageType.FETCH_SOCKETS, data: { opts: encodeOptions(opts), requestId } });
      }
    });
  }

  /**
   * Sends an event to the other nodes.
   *
   * @param packet name and arguments; a function at the end is called with an error or `null` and the responses, within 5000 ms
   */
  override async serverSideEmit(packet: Untyped[]): Promise<void> {
    const ack = packet.at(-1);
    if (typeof ack !== "function") {
      this.publish({ type: MessageType.SERVER_SIDE_EMIT, data: { packet } });
      return;
    }
    const sink: RequestSink = {
      onComplete: (responses) => ack(null, responses),
      onTimeout: (error, responses) => ack(error, responses),
    };
    let awaited: AwaitedNodes;
    try {
      awaited = await countInTime(this.awaitedNodes(), DEFAULT_TIMEOUT_MS, scheduleByTimer);
    } catch (error) {
      ack(error, []);
      return;
    }
    const requestId = randomId();
    if (this.#pending.open(requestId, awaited, [], DEFAULT_TIMEOUT_MS, sink)) {
      this.publish({ type: MessageType.SERVER_SIDE_EMIT, data: { requestId, packet: packet.slice(0, -1) } });
    }
  }

  /** Signs a message and sends it to all other nodes; failures are only logged. */
  protected publish(message: UnsignedMessage): void {
    this.publishAndReturnOffset(message).catch(reportFailure);
  }

  /** Signs a message and sends it to all other nodes. */
  protected async publishAndReturnOffset(message: UnsignedMessage): Promise<Offset> {
    return this.doPublish({ ...message, uid: this.uid, nsp: this.#host.name });
  }

  /**
   * Sends a message to all other nodes.
   *
   * @returns its position in the log sessions are restored from, if there is such a log
   */
  protected abstract doPublish(message: ClusterMessage): Promise<Offset>;

  /** Signs a response and sends it to the node that asked; failures are only logged. */
  protected publishResponse(requesterUid: ServerId, response: UnsignedResponse): void {
    const signed: ClusterResponse = { ...response, uid: this.uid, nsp: this.#host.name };
    const send = async (): Promise<void> => this.doPublishResponse(requesterUid, signed);
    send().catch(reportFailure);
  }

  /** Sends a response to one node. */
  protected abstract doPublishResponse(requesterUid: ServerId, response: ClusterResponse): Promise<void>;

  /** The nodes whose answers a request needs. */
  protected async awaitedNodes(): Promise<AwaitedNodes> {
    return { by: "count", expected: (await this.serverCount()) - 1 };
  }

  /** To be called when a node has left: open requests stop waiting for it. */
  protected removeAwaitedNode(uid: ServerId): void {
    this.#pending.removeNode(uid);
  }

  /** A broadcast of another node to the sockets of this one. */
  #broadcastForOther(
    packet: BroadcastPacket,
    opts: BroadcastOptions,
    onClientCount: (clientCount: number) => void,
    onAck: (...args: unknown[]) => void,
  ): void {
    let onAnswer = (): void => {};
    super.broadcastWithAck(
      packet,
      opts,
      (clientCount) => {
        onAnswer = this.#owed.open(packet.id as number, clientCount, opts.flags?.timeout ?? 0);
        onClientCount(clientCount);
      },
      (...args) => {
        onAnswer();
        onAck(...args);
      },
    );
  }

  #forgetAck(id: number): void {
    for (const socket of this.#host.sockets.values()) {
      socket.forgetAck?.(id);
    }
  }

  async #publishUnlessLocal(opts: BroadcastOptions, message: UnsignedMessage): Promise<void> {
    if (opts.flags?.local !== true) this.publish(message);
  }

  /** Whether clients are to learn the position of the packet in the log. */
  #needsOffset(packet: BroadcastPacket, opts: BroadcastOptions): packet is BroadcastPacket & { data: unknown[] } {
    return Boolean(this.#host.server.opts?.connectionStateRecovery) && isRecoverable(packet, opts);
  }

  /** A copy: the arguments belong to the caller or to the transport of the cluster. */
  #withOffset(packet: BroadcastPacket, opts: BroadcastOptions, offset: Offset | null | undefined): BroadcastPacket {
    if (!offset || !this.#needsOffset(packet, opts)) return packet; // a transport that keeps no log has none, or an empty one
    return { ...packet, data: [...packet.data, offset] };
  }

  // Compatibility: names reached from outside. Views of the real owner, no state here.

  get requests(): { readonly size: number } {
    return this.#pending;
  }

  get ackRequests(): { readonly size: number } {
    return this.#acks;
  }
}

function randomId(): string {
  return randomBytes(8).toString("hex");
}

function reportFailure(error: unknown): void {
  debug("failure in the cluster: %s", error instanceof Error ? error.message : error);
}

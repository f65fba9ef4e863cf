import { EVENT, type Packet } from "./core/packet.js";
import { nextToSend, settle, type RetryEntry } from "./core/retry-queue.js";
import { pushBounded } from "./core/send-buffer.js";
import type { SocketHost, SocketOptions } from "./socket-types.js";

/** Modifiers of one emit. */
export interface Flags {
  compress?: boolean;
  volatile?: boolean;
  /** ms */
  timeout?: number;
}

/** What a program passes as the last argument of `emit`. `withError`: its first argument is an error or null. */
export type AckListener = ((...args: unknown[]) => void) & { withError?: boolean };

/**
 * What the outbox asks of the socket it works for.
 *
 * @internal
 */
export interface OutboxOwner {
  readonly connected: boolean;
  packet(packet: Packet, oversize: "refuse" | "send"): Error | null;
  notifyOutgoingListeners(packet: Packet): void;
  hasListeners(event: "error"): boolean;
  onmessageerror(error: Error): void;
}

/**
 * Everything a socket sends and waits for: what is emitted while away, acknowledgements, retries.
 *
 * @internal
 */
export class Outbox {
  /** Emits that wait for the connection. */
  buffer: Packet[] = [];
  /** Acknowledgements that did not come yet. */
  readonly acks: Map<number, AckListener> = new Map();
  readonly queue: RetryEntry<Flags>[] = [];
  private readonly host: SocketHost;
  private readonly owner: OutboxOwner;
  private readonly options: SocketOptions;
  private nextAckId = 0;
  private nextEntryId = 0;

  constructor(host: SocketHost, owner: OutboxOwner, options: SocketOptions) {
    this.host = host;
    this.owner = owner;
    this.options = options;
  }

  /** @param args name and arguments of the event; an acknowledgement callback may be the last */
  emit(args: unknown[], flags: Flags): void {
    const ack = typeof args[args.length - 1] === "function" ? (args.pop() as AckListener) : undefined;
    if (this.options.retries && !flags.volatile) {
      this.queue.push({ id: this.nextEntryId++, args, flags, ack, tryCount: 0, pending: false });
      this.sendHead("idle");
    } else this.send(args, flags, ack);
  }

  /** The socket is connected: sends what waited, in order. */
  flush(): void {
    const packets = this.buffer;
    this.buffer = [];
    for (const packet of packets) this.write(packet);
    this.sendHead("reconnected");
  }

  /** The server acknowledged packet `id`. What is not or no longer waited for is ignored. */
  onAck(id: number | undefined, args: readonly unknown[]): void {
    const ack = this.acks.get(id!);
    if (!ack) return;
    this.acks.delete(id!);
    ack.apply(this.owner, ack.withError ? [null, ...args] : [...args]);
  }

  /** The connection is lost, and with it the answers to what was sent. What was not sent keeps waiting. */
  onClose(): void {
    const waiting = new Set(this.buffer.map((packet) => packet.id));
    const lost = [...this.acks.keys()].filter((id) => !waiting.has(id));
    for (const id of lost) this.failAck(id, new Error("socket has been disconnected"));
  }

  private send(args: unknown[], flags: Flags, ack: AckListener | undefined): void {
    const packet: Packet = { type: EVENT, nsp: "", data: args, options: { compress: flags.compress !== false } };
    if (ack) packet.id = this.expect(ack, flags.timeout ?? this.options.ackTimeout);
    if (flags.volatile && !this.host.isWritable()) return;
    if (this.owner.connected && !this.host.isExpired()) return this.write(packet);
    const measure = (each: Packet): number => this.host.measure(each);
    for (const dropped of pushBounded(this.buffer, packet, this.options, measure)) {
      this.refuse(dropped, new Error("the send buffer is full"));
    }
  }

  private write(packet: Packet): void {
    this.owner.notifyOutgoingListeners(packet);
    const canRefuse = this.acks.get(packet.id!)?.withError || this.owner.hasListeners("error");
    const error = this.owner.packet(packet, canRefuse ? "refuse" : "send");
    if (error) this.refuse(packet, error);
  }

  /** `packet` is not going to be sent. */
  private refuse({ id }: Packet, error: Error): void {
    if (!this.failAck(id, error)) this.owner.onmessageerror(error);
  }

  /** @returns id of the acknowledgement */
  private expect(listener: AckListener, timeoutMs: number | undefined): number {
    const id = this.nextAckId++;
    let ack = listener;
    if (timeoutMs !== undefined) {
      const timer = this.host.setTimeoutFn(() => {
        this.buffer = this.buffer.filter((packet) => packet.id !== id);
        this.failAck(id, new Error("operation has timed out"));
      }, timeoutMs);
      ack = (...args) => {
        this.host.clearTimeoutFn(timer as never);
        listener.apply(this.owner, args);
      };
      ack.withError = true;
    }
    this.acks.set(id, ack);
    return id;
  }

  /** @returns true when the listener could be told */
  private failAck(id: number | undefined, error: Error): boolean {
    const ack = this.acks.get(id!);
    this.acks.delete(id!);
    if (!ack?.withError) return false;
    ack.call(this.owner, error);
    return true;
  }

  private sendHead(when: "idle" | "reconnected"): void {
    const entry = this.owner.connected ? nextToSend(this.queue, when) : undefined;
    if (!entry) return;
    const ack: AckListener = (error, ...answer) => {
      const isDone = settle(this.queue, entry, error, this.options.retries!);
      if (isDone) entry.ack?.call(this.owner, error, ...answer);
      this.sendHead("idle");
    };
    ack.withError = true;
    this.send([...entry.args], entry.flags, ack);
  }
}

import { CatchAllEmitter } from "./catch-all.js";
import { EVENT, isReservedEvent, type Packet } from "./core/packet.js";
import { nextToSend, settle, type RetryEntry } from "./core/retry-queue.js";
import { pushBounded } from "./core/send-buffer.js";
import type { AllButLast, AnyArgs, EventNames, EventParams, EventsMap, FirstArg, Last } from "./events.js";
import { runAll } from "./run-all.js";
import type { SocketHost, SocketOptions, SocketReservedEvents } from "./socket-types.js";

/** Modifiers of one emit. */
export interface Flags {
  compress?: boolean;
  volatile?: boolean;
  /** ms */
  timeout?: number;
}

/** What a program passes as the last argument of `emit`. `withError`: its first argument is an error or null. */
export type AckListener = ((...args: unknown[]) => void) & { withError?: boolean };

function errorFirst(listener: AckListener): AckListener {
  listener.withError = true;
  return listener;
}

/** Everything a socket sends and waits for: what is emitted while away, acknowledgements, retries. */
export abstract class SendingSocket<
  ListenEvents extends EventsMap,
  EmitEvents extends EventsMap,
> extends CatchAllEmitter<ListenEvents, EmitEvents, SocketReservedEvents> {
  /** The manager. */
  readonly io: SocketHost<ListenEvents, EmitEvents>;
  readonly nsp: string;
  /** Emits that wait for the connection. Assign an empty array to drop them. */
  sendBuffer: Packet[] = [];

  protected flags: Flags = {};
  /** Acknowledgements that did not come yet. */
  readonly acks: Record<string, AckListener> = Object.create(null) as Record<string, AckListener>;
  private nextAckId = 0;
  private nextEntryId = 0;

  constructor(io: SocketHost<ListenEvents, EmitEvents>, nsp: string, options: Partial<SocketOptions>) {
    super();
    this.io = io;
    this.nsp = nsp;
    this._opts = { ...options };
  }

  abstract get connected(): boolean;

  /** Emits `message`. */
  send(...args: AnyArgs): this {
    return this.emit("message", ...(args as EventParams<EmitEvents, "message">));
  }

  /**
   * Sends an event. A function as last argument is called with the answer.
   *
   * @throws Error for a reserved name; TypeError for what JSON cannot hold
   */
  override emit<Ev extends EventNames<EmitEvents>>(ev: Ev, ...args: EventParams<EmitEvents, Ev>): this {
    if (isReservedEvent(ev)) throw new Error(`"${ev}" is a reserved event name`);
    const { flags } = this;
    this.flags = {};
    const event: unknown[] = [ev, ...args];
    const ack = typeof event[event.length - 1] === "function" ? (event.pop() as AckListener) : undefined;
    if (this._opts.retries && !flags.volatile) {
      this._queue.push({ id: this.nextEntryId++, args: event, flags, ack, tryCount: 0, pending: false });
      this.sendHead("idle");
    } else this.sendEvent(event, flags, ack);
    return this;
  }

  /** Sends an event; resolves with the first argument of the answer, rejects on timeout or disconnection. */
  emitWithAck<Ev extends EventNames<EmitEvents>>(
    ev: Ev,
    ...args: AllButLast<EventParams<EmitEvents, Ev>>
  ): Promise<FirstArg<Last<EventParams<EmitEvents, Ev>>>> {
    return new Promise((resolve, reject) => {
      const ack = errorFirst((error, answer) =>
        error ? reject(error) : resolve(answer as FirstArg<Last<EventParams<EmitEvents, Ev>>>),
      );
      this.emit(ev, ...([...args, ack] as EventParams<EmitEvents, Ev>));
    });
  }

  /** Whether the next emit may be compressed. */
  compress(compress: boolean): this {
    this.flags.compress = compress;
    return this;
  }

  /** The next emit is dropped when it cannot be sent at once. */
  get volatile(): this {
    this.flags.volatile = true;
    return this;
  }

  packet(packet: Partial<Packet>, oversize?: "refuse"): Error | null {
    packet.nsp = this.nsp;
    return this.io.send(packet as Packet, oversize);
  }

  /** @internal The socket is connected: sends what waited, in order. */
  protected flush(): void {
    const packets = this.sendBuffer;
    this.sendBuffer = [];
    runAll([...packets.map((packet) => () => this.sendNow(packet)), () => this.sendHead("reconnected")]);
  }

  /** The server acknowledged packet `id`. What is not or no longer waited for is ignored. */
  protected onack({ id, data }: Packet): void {
    const ack = this.takeAck(id);
    const args = (data ?? []) as unknown[];
    ack?.apply(this, ack.withError ? [null, ...args] : args);
  }

  /** @internal The connection is lost, and with it the answers to what was sent. What was not sent keeps waiting. */
  protected failAcks(): void {
    const waiting = new Set(this.sendBuffer.map((packet) => packet.id));
    const lost = Object.keys(this.acks).filter((id) => !waiting.has(+id));
    runAll(lost.map((id) => () => this.failAck(+id, new Error("socket has been disconnected"))));
  }

  private sendEvent(args: unknown[], flags: Flags, ack: AckListener | undefined): void {
    const packet: Packet = { type: EVENT, nsp: "", data: args, options: { compress: flags.compress !== false } };
    if (ack) packet.id = this.expect(ack, flags.timeout ?? this._opts.ackTimeout);
    const { engine } = this.io;
    if (flags.volatile && !engine?.transport?.writable) return;
    if (this.canSend) return this.sendNow(packet);
    for (const dropped of pushBounded(this.sendBuffer, packet, this._opts, (each) => this.io.measurePacket(each))) {
      this.refuse(dropped, new Error("the send buffer is full"));
    }
  }

  /** A server that was silent for too long is about to be found dead. */
  private get canSend(): boolean {
    return this.connected && !this.io.engine._hasPingExpired();
  }

  private sendNow(packet: Packet): void {
    this.notifyAny(this._anyOutgoingListeners, packet.data as unknown[]);
    const canRefuse = this.acks[packet.id!]?.withError || this.hasListeners("error");
    const error = this.packet(packet, canRefuse ? "refuse" : undefined);
    if (error) this.refuse(packet, error);
  }

  /** `packet` is not going to be sent. */
  private refuse({ id }: Packet, error: Error): void {
    if (!this.failAck(id, error)) this.emitReserved("error" as "connect_error", error);
  }

  /** @returns id of the acknowledgement */
  private expect(listener: AckListener, timeoutMs: number | undefined): number {
    const id = this.nextAckId++;
    let ack = listener;
    if (timeoutMs !== undefined) {
      const timer = this.io.setTimeoutFn(() => {
        const at = this.sendBuffer.findIndex((packet) => packet.id === id);
        if (at >= 0) this.sendBuffer.splice(at, 1);
        this.failAck(id, new Error("operation has timed out"));
      }, timeoutMs);
      ack = errorFirst((...args) => {
        this.io.clearTimeoutFn(timer as never);
        listener.apply(this, args);
      });
    }
    this.acks[id] = ack;
    return id;
  }

  private takeAck(id: number | undefined): AckListener | undefined {
    const ack = this.acks[id!];
    delete this.acks[id!];
    return ack;
  }

  /** @returns true when the listener could be told */
  private failAck(id: number | undefined, error: Error): boolean {
    const ack = this.takeAck(id);
    if (!ack?.withError) return false;
    ack.call(this, error);
    return true;
  }

  private sendHead(when: "idle" | "reconnected"): void {
    const entry = this.canSend ? nextToSend(this._queue, when) : undefined;
    if (!entry) return;
    const ack = errorFirst((error, ...answer) => {
      const isDone = settle(this._queue, entry, error, this._opts.retries!);
      if (isDone) entry.ack?.call(this, error, ...answer);
      this.sendHead("idle");
    });
    this.sendEvent([...entry.args], entry.flags, ack);
  }

  // Compatibility: names reached from outside.

  readonly _opts: SocketOptions;
  /** Emits with retries: the first is in flight, the others wait. */
  readonly _queue: RetryEntry<Flags>[] = [];
}

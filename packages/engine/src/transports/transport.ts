import type { Codec } from "../codec.js";
import { codecV4 } from "../codec.js";
import { codecV3 } from "../codec-v3.js";
import { TransportError } from "../errors.js";
import type { HttpExchange } from "../http-exchange.js";
import { logger } from "../log.js";
import type { EnginePacket } from "../packet.js";
import { throwLater } from "../throw-later.js";
import { WatchedEmitter } from "../watched-emitter.js";

const debug = logger("engine:transport");

export type TransportName = "polling" | "websocket" | "webtransport";
export type TransportState = "open" | "closing" | "closed";

/** Where a transport delivers: a session, or its candidate during an upgrade. Called synchronously, in wire order. */
export interface TransportSink {
  onTransportMessage(data: string | Buffer): void;
  /** Every packet but a message; `error` for what could not be decoded. */
  onTransportPacket(packet: EnginePacket): void;
  /** The transport has become writable. */
  onTransportReady(): void;
  /** What one `send()` was given has been handed to the network; once for each `send()`, in order. */
  onTransportDrain(): void;
  onTransportError(error: TransportError): void;
  /** Exactly once. */
  onTransportClose(description?: Error): void;
}

const WATCHED = ["packet"] as const;
const PACKET = 1;

/**
 * Carries packets for one session. Emits `packet`, `ready`, `drain`, `error`, `close` and, on long-polling, `headers`,
 * for those who listen; the session itself is told through its sink.
 */
export abstract class Transport extends WatchedEmitter {
  abstract readonly name: TransportName;
  /** Id of the session. */
  sid = "";
  readonly protocol: 3 | 4;
  /** False when the peer asked for base64 (`b64=1`). */
  readonly supportsBinary: boolean;
  protected sink: TransportSink | null = null;
  private state: TransportState = "open";
  private isDiscarded = false;

  constructor(protocol: 3 | 4, supportsBinary: boolean) {
    super();
    this.protocol = protocol;
    this.supportsBinary = supportsBinary;
  }

  /** Whether packets given to {@link send} leave now. */
  abstract get writable(): boolean;
  /** Bytes given to {@link send} which the network has not taken yet. */
  abstract get bufferedAmount(): number;
  /** Whether the peer reads slower than it is written to. */
  abstract isCongested(): boolean;
  /** Whether packets of one tick should be collected before {@link send}, because it sends one reply and no more. */
  get sendsOnce(): boolean {
    return false;
  }
  abstract send(packets: EnginePacket[]): void;
  protected abstract doClose(onClosed: (() => void) | null): void;

  protected override get watchedEvents(): readonly string[] {
    return WATCHED;
  }

  protected get codec(): Codec {
    return this.protocol === 4 ? codecV4 : codecV3;
  }

  get readyState(): TransportState {
    return this.state;
  }

  /** True once another transport has taken over, or the session has ended without waiting for it. */
  get discarded(): boolean {
    return this.isDiscarded;
  }

  setSink(sink: TransportSink | null): void {
    this.sink = sink;
  }

  /** Gives the transport up without closing it: what is under way may end. */
  discard(): void {
    debug("discarding %s of %s", this.name, this.sid);
    this.isDiscarded = true;
  }

  /** @param onClosed called when the peer has been told, or cannot be told */
  close(onClosed?: () => void): void {
    if (this.state !== "open") return;
    debug("closing %s of %s", this.name, this.sid);
    this.state = "closing";
    this.doClose(onClosed ?? null);
  }

  /** Its session has ended, or goes on without it: closes, and waits for nobody. */
  release(): void {
    this.sink = null;
    if (this.state === "open") {
      this.close();
    } else {
      this.giveUp();
    }
  }

  /** The peer does not read, its session is about to end: for what can only be dropped in the place of {@link release}. */
  condemn(): void {}

  /** The peer does not read: drops what is on its way to it, and the connection. Comes after {@link release}. */
  abort(): void {}

  /** Stops waiting for the peer to take the end of the transport. */
  protected giveUp(): void {}

  /** A request for a transport that lives on requests. */
  onRequest(exchange: HttpExchange): void {
    exchange.refuse(400, {});
  }

  protected deliver(packet: EnginePacket): void {
    if ((this.watched & PACKET) !== 0) this.emit("packet", packet);
    if (packet.type === "message") {
      this.sink?.onTransportMessage((packet.data ?? "") as string | Buffer);
    } else {
      this.sink?.onTransportPacket(packet);
    }
  }

  /** A packet of type `message`: the hot path of {@link deliver}. */
  protected deliverMessage(data: string | Buffer): void {
    if ((this.watched & PACKET) !== 0) this.emit("packet", { type: "message", data });
    this.sink?.onTransportMessage(data);
  }

  protected becomeReady(): void {
    this.emit("ready");
    this.sink?.onTransportReady();
  }

  /** For listeners whose failure is not the peer's, nor the session's: what they throw is thrown in a tick of its own. */
  protected emitApart(event: string, ...args: readonly unknown[]): void {
    try {
      this.emit(event, ...args);
    } catch (error) {
      throwLater(error);
    }
  }

  protected drained(): void {
    this.emit("drain");
    this.sink?.onTransportDrain();
  }

  protected fail(message: string, description?: unknown): void {
    debug("%s of %s failed: %s", this.name, this.sid, message);
    const error = new TransportError(message, description);
    if (this.listenerCount("error") > 0) this.emit("error", error);
    this.sink?.onTransportError(error);
  }

  protected ended(description?: Error): void {
    if (this.state === "closed") return;
    this.state = "closed";
    this.emitApart("close");
    const sink = this.sink;
    this.sink = null;
    sink?.onTransportClose(description);
  }
}

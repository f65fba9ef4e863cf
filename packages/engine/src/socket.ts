import type { IncomingMessage } from "node:http";
import type { CloseReason } from "./core/close-reason.js";
import type { HeartbeatTiming } from "./core/heartbeat.js";
import { nextSession, OPEN, type ReadyState, type SessionEvent } from "./core/session-state.js";
import type { SendCallback } from "./core/write-queue.js";
import { TransportError } from "./errors.js";
import { Heartbeat, type HeartbeatHost } from "./heartbeat.js";
import { KeptRequest } from "./kept-request.js";
import { logger } from "./log.js";
import { COMPRESS, type EnginePacket } from "./packet.js";
import type { EngineRequest } from "./request.js";
import type { SessionHost, SessionSink } from "./session-host.js";
import { DATA_OR_MESSAGE, PACKET, SessionSender } from "./session-sender.js";
import type { Scheduler } from "./ticker.js";
import type { Transport, TransportSink } from "./transports/transport.js";
import { Upgrade, type UpgradeHost } from "./upgrade.js";

const debug = logger("engine:socket");

/**
 * A session: one peer, whatever transport carries it at the moment.
 *
 * Events: `open`, `packet`, `packetCreate`, `data` and `message`, `heartbeat`, `flush`, `drain`, `upgrading`,
 * `upgrade`, `close` (reason, description).
 */
export class Socket extends SessionSender implements TransportSink, UpgradeHost, HeartbeatHost {
  /** One accessor for all sessions: an object of its own each would cost memory. */
  private static readonly REQUEST: PropertyDescriptor & ThisType<Socket> = {
    configurable: true,
    enumerable: true,
    get() {
      return this.keptRequest.get();
    },
    set(request: EngineRequest | null | undefined) {
      this.sessionSink?.onRequestReplaced?.();
      this.keptRequest.replace(request);
    },
  };
  readonly id: string;
  /** Revision of the protocol. */
  readonly protocol: 3 | 4;
  /**
   * IP address of the peer. A string, as programs take it for; but `undefined` where the transport has none (WebTransport, unix
   * sockets).
   */
  readonly remoteAddress: string;
  /** The request that opened the session. */
  declare request: IncomingMessage;
  declare protected readonly sessionHost: SessionHost<Socket>;
  private readonly keptRequest: KeptRequest;
  private readonly sessionHeartbeat: Heartbeat;
  private transportUpgrade: Upgrade | null = null;
  private sessionSink: SessionSink | null = null;

  constructor(
    id: string,
    host: SessionHost<Socket>,
    transport: Transport,
    request: EngineRequest,
    remoteAddress: string | undefined,
  ) {
    super(host, transport);
    this.id = id;
    this.protocol = transport.protocol;
    this.remoteAddress = remoteAddress as string;
    this.keptRequest = new KeptRequest(request);
    this.sessionHeartbeat = new Heartbeat(this);
    // Quirk: a property of its own, as upstream: programs replace it, or delete it to stand for WebTransport.
    Object.defineProperty(this, "request", Socket.REQUEST);
    this.useTransport(transport);
    transport.setSink(this);
  }

  /** For the server: nobody but the session needs the request any more. */
  packRequest(): void {
    this.keptRequest.pack(this.direct?.socket._socket);
  }

  /** `opening`, `open`, `closing` or `closed`. */
  get readyState(): ReadyState {
    return this.sessionState.tag;
  }

  /** Whether another transport has taken over from the first. */
  get upgraded(): boolean {
    return this.transportUpgrade !== null && this.transportUpgrade.isUpgraded;
  }

  /** Whether another transport is being tried. */
  get upgrading(): boolean {
    return this.transportUpgrade !== null && this.transportUpgrade.isUpgrading;
  }

  /** For the server: whether the session began on a transport above which there is another. */
  get isUpgradable(): boolean {
    return this.transport.sendsOnce || this.transportUpgrade !== null;
  }

  /** @param sink `null` goes back to events alone */
  setSink(sink: SessionSink | null): void {
    this.sessionSink = sink;
  }

  /**
   * Ends the session, once what was sent has left.
   *
   * @param discard give up what the transport cannot take now
   */
  close(discard?: boolean): void {
    if (discard === true) this.waiting?.flushDeferred();
    this.stepSession({ type: "close", discard: discard === true, hasPending: this.waiting?.hasPending === true });
  }

  /** For the server: the session is known by its id and may begin. */
  open(): void {
    this.stepSession({ type: "opened" });
    this.transport.sid = this.id;
    this.sendPacket("open", this.sessionHost.openPacketData(this.id, this.transport.name), COMPRESS);
    if (this.sessionHost.initialPacket) this.write(this.sessionHost.initialPacket);
    this.waiting?.flushNow(); // what listeners send comes in the next reply: clients of long-polling expect that
    this.emit("open");
    if (!this.isClosed) this.sessionHeartbeat.start(this.protocol);
  }

  /** For the server: the session could not begin. */
  drop(cause: unknown): void {
    this.endSession("transport error", cause);
    this.transport.abort();
  }

  /** For the server: a second connection of the same peer, to upgrade to. */
  offer(candidate: Transport): void {
    if (!this.isUpgradable) {
      candidate.close();
      return;
    }
    this.transportUpgrade ??= new Upgrade(this);
    candidate.sid = this.id;
    this.transportUpgrade.offer(candidate);
  }

  // What the transport tells.

  onTransportMessage(data: string | Buffer): void {
    if (this.sessionState !== OPEN) {
      debug("packet received with closed socket");
      return;
    }
    this.sessionHeartbeat.onPacket();
    if ((this.watched & PACKET) !== 0) this.emit("packet", { type: "message", data });
    this.sessionSink?.onMessage(data);
    if ((this.watched & DATA_OR_MESSAGE) !== 0) {
      this.emit("data", data);
      this.emit("message", data);
    }
  }

  onTransportPacket(packet: EnginePacket): void {
    if (this.sessionState !== OPEN) {
      debug("packet received with closed socket");
      return;
    }
    if ((this.watched & PACKET) !== 0) this.emit("packet", packet);
    const { type } = packet;
    if (type === "pong" && this.protocol === 4) {
      this.sessionHeartbeat.onPong();
      this.emit("heartbeat");
    } else if (type === "ping" && this.protocol === 3) {
      this.sessionHeartbeat.onPing();
      this.sendPacket("pong", packet.data, COMPRESS);
      this.emit("heartbeat");
    } else if (type === "ping" || type === "pong") {
      this.onTransportError(new TransportError("invalid heartbeat direction"));
    } else if (type === "error") {
      this.endSession("parse error");
    } else {
      this.sessionHeartbeat.onPacket();
    }
  }

  onTransportReady(): void {
    this.waiting?.flushNow();
    if (this.transportUpgrade !== null && this.transport.writable) this.transportUpgrade.onPoll();
  }

  onTransportDrain(): void {
    this.waiting?.onSent();
  }

  onTransportError(error: TransportError): void {
    debug("transport error");
    this.endSession("transport error", error);
  }

  onTransportClose(description?: Error): void {
    this.endSession("transport close", description);
  }

  // What heartbeat, upgrade and outbox ask.

  get ticker(): Scheduler {
    return this.sessionHost.ticker;
  }

  get timing(): HeartbeatTiming {
    return this.sessionHost.timing;
  }

  get upgradeTimeoutMs(): number {
    return this.sessionHost.upgradeTimeoutMs;
  }

  onSilence(): void {
    this.endSession("ping timeout");
  }

  onUpgrading(candidate: Transport): void {
    this.emit("upgrading", candidate);
  }

  releasePoll(): void {
    this.outbox().releasePoll();
  }

  switchTo(candidate: Transport): void {
    const old = this.transport;
    old.discard();
    old.release();
    this.useTransport(candidate);
    candidate.setSink(this);
    if (!this.sessionHost.watchesRequests) this.packRequest();
    this.emit("upgrade", candidate);
    this.waiting?.flushNow();
    if (this.sessionState.tag === "closing") candidate.close(() => this.endSession("forced close"));
  }

  onFlush(packets: EnginePacket[]): void {
    this.emit("flush", packets);
    this.sessionHost.onFlush(this, packets);
  }

  onDrain(): void {
    try {
      this.emit("drain");
      this.sessionHost.onDrain(this);
    } finally {
      this.stepSession({ type: "drained" }); // a session that is closing waits for it
    }
  }

  private stepSession(event: SessionEvent): void {
    const { state, action } = nextSession(this.sessionState, event);
    this.sessionState = state;
    if (action === "close-transport" || action === "discard-transport") {
      debug("closing the transport (discard? %s)", action === "discard-transport");
      if (action === "discard-transport") {
        this.transport.discard();
        if (this.transport.readyState === "closing") {
          this.endSession("forced close"); // it was waiting for a poll, in order to tell the peer
          return;
        }
      }
      this.transport.close(() => this.endSession("forced close"));
    }
  }

  protected endSession(reason: CloseReason, description?: unknown): void {
    const { state, action } = nextSession(this.sessionState, { type: "ended", reason });
    this.sessionState = state;
    if (action !== "release") return;
    this.sessionHeartbeat.stop();
    this.transportUpgrade?.abandon();
    this.waiting?.end();
    this.sessionHost.onSessionClosed(this);
    this.transport.release();
    this.sessionSink?.onClose(reason, description);
    this.emit("close", reason, description);
  }

  // Compatibility: names reached from outside. Views of the real owner, no state here.
  get writeBuffer(): EnginePacket[] {
    return this.outbox().queue.pending;
  }
  get packetsFn(): readonly SendCallback<Transport>[] {
    return this.outbox().queue.pendingCallbacks;
  }
  get sentCallbackFn(): readonly (readonly SendCallback<Transport>[])[] {
    return this.outbox().queue.inFlight;
  }
  get server(): SessionHost<Socket> {
    return this.sessionHost;
  }
  onError(message: string): void {
    this.onTransportError(new TransportError(message));
  }
  _maybeUpgrade(candidate: Transport): void {
    this.offer(candidate);
  }
}

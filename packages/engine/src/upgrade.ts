import type { WheelItem } from "./core/timer-wheel.js";
import {
  acceptsCandidate,
  IDLE,
  nextUpgrade,
  upgradeDueMs,
  type UpgradeAction,
  type UpgradeEvent,
  type UpgradeState,
} from "./core/upgrade.js";
import type { EnginePacket } from "./packet.js";
import type { Scheduler } from "./ticker.js";
import type { Transport, TransportSink } from "./transports/transport.js";
import { logger } from "./log.js";

const debug = logger("engine:socket");

/** What an upgrade asks of its session. */
export interface UpgradeHost {
  readonly isClosed: boolean;
  readonly ticker: Scheduler;
  readonly upgradeTimeoutMs: number;
  /** The peer has proven that the candidate works. */
  onUpgrading(candidate: Transport): void;
  /** A waiting poll must not hold the peer up. */
  releasePoll(): void;
  switchTo(candidate: Transport): void;
}

/** Carries out the upgrade machine of one session: listens to the candidate in the session's place. */
export class Upgrade implements TransportSink, WheelItem {
  private state: UpgradeState = IDLE;
  private candidate: Transport | null = null;
  wheelSlot = -1;
  wheelIndex = 0;
  wheelDueMs = 0;

  constructor(private readonly host: UpgradeHost) {}

  get isUpgrading(): boolean {
    return this.state.tag === "probing" || this.state.tag === "probed";
  }

  get isUpgraded(): boolean {
    return this.state.tag === "upgraded";
  }

  /** A second connection for the session; it is closed when there is no use for it. */
  offer(candidate: Transport): void {
    if (!acceptsCandidate(this.state)) {
      candidate.close();
      return;
    }
    debug('might upgrade socket transport to "%s"', candidate.name);
    this.candidate = candidate;
    candidate.setSink(this);
    this.step({ type: "candidate-open", nowMs: this.host.ticker.nowMs() });
  }

  /** The session has ended. */
  abandon(): void {
    if (this.isUpgrading) this.step({ type: "candidate-lost" });
  }

  /** A poll of the session waits, and nothing is there for it. */
  onPoll(): void {
    if (this.isUpgrading) this.step({ type: "poll" });
  }

  onDue(nowMs: number): void {
    this.step({ type: "tick", nowMs });
  }

  onTransportMessage(): void {
    this.step({ type: "other-packet" });
  }

  onTransportPacket(packet: EnginePacket): void {
    if (packet.type === "ping" && packet.data === "probe") {
      this.step({ type: "probe", nowMs: this.host.ticker.nowMs() });
    } else if (packet.type === "upgrade") {
      this.step({ type: "upgrade", isSessionOpen: !this.host.isClosed });
    } else {
      this.step({ type: "other-packet" });
    }
  }

  onTransportReady(): void {}

  onTransportDrain(): void {}

  onTransportError(): void {
    this.step({ type: "candidate-lost" });
  }

  onTransportClose(): void {
    this.step({ type: "candidate-lost" });
  }

  private step(event: UpgradeEvent): void {
    const { state, actions } = nextUpgrade(this.state, event, this.host.upgradeTimeoutMs);
    this.state = state;
    const dueMs = upgradeDueMs(state);
    const { ticker } = this.host;
    if (dueMs === Infinity) {
      ticker.cancel(this);
    } else {
      ticker.schedule(this, dueMs);
    }
    for (const action of actions) {
      this.perform(action);
    }
  }

  private perform(action: UpgradeAction): void {
    const candidate = this.candidate;
    if (candidate === null) {
      return; // an earlier action, or a listener, has ended the attempt
    }
    switch (action) {
      case "send-probe-pong":
        debug("got probe ping packet, sending pong");
        candidate.send([{ type: "pong", data: "probe" }]);
        this.host.onUpgrading(candidate);
        return;
      case "release-poll":
        this.host.releasePoll();
        return;
      case "switch-transport":
        debug("got upgrade packet - upgrading");
        this.candidate = null;
        candidate.setSink(null);
        this.host.switchTo(candidate);
        return;
      case "close-candidate":
        debug("upgrade of the transport failed");
        this.candidate = null;
        candidate.setSink(null);
        candidate.close();
        return;
      default:
        action satisfies never;
    }
  }
}

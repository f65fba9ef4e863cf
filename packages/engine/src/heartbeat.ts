import {
  heartbeatDueMs,
  type HeartbeatEvent,
  type HeartbeatState,
  type HeartbeatTiming,
  nextHeartbeat,
  startHeartbeat,
  STOPPED,
} from "./core/heartbeat.js";
import type { WheelItem } from "./core/timer-wheel.js";
import type { Scheduler } from "./ticker.js";

/** What a heartbeat asks of its session. */
export interface HeartbeatHost {
  readonly ticker: Scheduler;
  readonly timing: HeartbeatTiming;
  sendPing(): void;
  onSilence(): void;
}

/** Carries out the heartbeat machine of one session. */
export class Heartbeat implements WheelItem {
  private readonly host: HeartbeatHost;
  private state: HeartbeatState = STOPPED;
  wheelSlot = -1;
  wheelIndex = 0;
  wheelDueMs = 0;

  constructor(host: HeartbeatHost) {
    this.host = host;
  }

  start(protocol: 3 | 4): void {
    this.enter(startHeartbeat(protocol, this.host.ticker.nowMs(), this.host.timing));
  }

  stop(): void {
    this.enter(STOPPED);
  }

  onPong(): void {
    this.step("pong");
  }

  onPing(): void {
    this.step("ping");
  }

  /** Any packet that is no heartbeat; the hot path. */
  onPacket(): void {
    if (this.state.tag === "awaiting-pong" && !this.state.extended) {
      this.step("other-packet");
    }
  }

  onDue(): void {
    this.step("tick");
  }

  private step(event: HeartbeatEvent): void {
    const { host } = this;
    const { state, action } = nextHeartbeat(this.state, event, host.ticker.nowMs(), host.timing);
    this.enter(state);
    if (action === "send-ping") {
      host.sendPing();
    } else if (action === "expire") {
      host.onSilence();
    }
  }

  private enter(state: HeartbeatState): void {
    this.state = state;
    const dueMs = heartbeatDueMs(state);
    if (dueMs === Infinity) {
      this.host.ticker.cancel(this);
    } else {
      this.host.ticker.schedule(this, dueMs);
    }
  }
}

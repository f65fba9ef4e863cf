import {
  deadlineMs,
  type HeartbeatEvent,
  type HeartbeatState,
  type HeartbeatStep,
  type HeartbeatTiming,
  nextHeartbeat,
  startHeartbeat,
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
  private state: HeartbeatState = "stopped";
  /** When the state ends. The wheel may call earlier, for a deadline that has moved on since. */
  private dueMs = 0;
  wheelSlot = -1;
  wheelIndex = 0;
  wheelDueMs = 0;

  constructor(host: HeartbeatHost) {
    this.host = host;
  }

  start(protocol: 3 | 4): void {
    this.perform(startHeartbeat(protocol), this.host.ticker.nowMs());
  }

  stop(): void {
    this.step("end");
  }

  onPong(): void {
    this.step("pong");
  }

  onPing(): void {
    this.step("ping");
  }

  /** Any packet that is no heartbeat; the hot path. */
  onPacket(): void {
    if (this.state === "awaiting-pong") this.step("other-packet");
  }

  onDue(nowMs: number): void {
    if (nowMs < this.dueMs) {
      this.host.ticker.schedule(this, this.dueMs);
    } else {
      this.perform(nextHeartbeat(this.state, "deadline"), nowMs);
    }
  }

  private step(event: HeartbeatEvent): void {
    this.perform(nextHeartbeat(this.state, event), this.host.ticker.nowMs());
  }

  private perform({ state, action, delay }: HeartbeatStep, nowMs: number): void {
    const { host } = this;
    this.state = state;
    if (delay !== null) {
      this.dueMs = deadlineMs(nowMs, delay, host.timing);
      host.ticker.schedule(this, this.dueMs);
    }
    if (action === "send-ping") {
      host.sendPing();
    } else if (action === "expire") {
      host.onSilence();
    } else if (action === "cancel-deadline") {
      host.ticker.cancel(this);
    }
  }
}

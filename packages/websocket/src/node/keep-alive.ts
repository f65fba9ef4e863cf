import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { MAX_TIMER_MS } from "../core/timer-limit.js";

/** The connection a `KeepAlive` watches. */
export interface KeepAliveOwner {
  /** True while the application does not want to read: silence says nothing then. */
  readonly isReadingPaused: boolean;
  sendPing(): void;
  /** Nothing came for a whole interval, though a Ping was sent. */
  peerIsGone(): void;
}

/** Finds out that a peer is gone although no FIN came: sends a Ping in each interval, and looks whether anything came back. */
export class KeepAlive {
  private readonly socket: Duplex;
  private readonly owner: KeepAliveOwner;
  private readonly timer: NodeJS.Timeout;
  private readBytes = 0;
  /** A Ping is out, and nothing has come since. */
  private isWaiting = false;

  constructor(socket: Duplex, intervalMs: number, owner: KeepAliveOwner) {
    this.socket = socket;
    this.owner = owner;
    this.timer = setInterval(() => this.check(), Math.min(intervalMs, MAX_TIMER_MS));
    this.timer.unref(); // the socket keeps the process alive, not its watchman
  }

  /** The peer has answered. */
  heard(): void {
    this.isWaiting = false;
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private check(): void {
    // A long message on its way is a sign of life as well. Streams that are no sockets have Pongs only.
    const readBytes = this.socket instanceof Socket ? this.socket.bytesRead : 0;
    const hasRead = readBytes !== this.readBytes;
    this.readBytes = readBytes;
    if (this.owner.isReadingPaused) return this.heard();
    if (this.isWaiting && !hasRead) return this.owner.peerIsGone();
    this.isWaiting = true;
    this.owner.sendPing();
  }
}

import { Fifo } from "./fifo.js";
import type { SendCallback } from "./frame-output.js";
import { visitEach } from "./visit-each.js";

interface WaitingSend {
  readonly bytes: number;
  readonly run: () => void;
  readonly done: SendCallback | null;
}

/** A message that is being deflated, or whose bytes are being fetched, and what waits behind it. */
export class SendQueue {
  private waiting: Fifo<WaitingSend> | null = null;
  private waitingBytes = 0;
  private busy = false;
  private busyBytes = 0;
  private busyDone: SendCallback | null = null;
  private isSettling = false;
  /** Since the last drain a message was not ready when its send returned. */
  private hasBeenLate = false;

  /** Whether what is sent now has to wait. */
  get isBusy(): boolean {
    return this.busy;
  }

  /** Bytes of messages that are not encoded yet. */
  get bytes(): number {
    return this.waitingBytes + this.busyBytes;
  }

  /** A message is not ready. @param done called if it is discarded */
  begin(bytes: number, done: SendCallback | null): void {
    this.busy = true;
    this.busyBytes = bytes;
    this.busyDone = done;
  }

  /** The send of `begin` returns. */
  noteReturn(): void {
    this.hasBeenLate ||= this.busy;
  }

  /** The message of `begin` is ready, or failed. @returns its callback */
  end(): SendCallback | null {
    const done = this.busyDone;
    this.busy = false;
    this.busyBytes = 0;
    this.busyDone = null;
    return done;
  }

  /** @param run sends it @param done called if it is discarded */
  wait(bytes: number, done: SendCallback | null, run: () => void): void {
    (this.waiting ??= new Fifo()).push({ bytes, run, done });
    this.waitingBytes += bytes;
  }

  /** Sends what waited, up to the next message that is not ready at once. @returns whether nothing waits any more, after something did */
  settle(): boolean {
    if (this.isSettling) return false; // called by what is sent here: the loop below goes on
    this.isSettling = true;
    try {
      while (!this.busy) {
        const next = this.waiting?.shift();
        if (next === undefined) break;
        this.waitingBytes -= next.bytes;
        next.run();
      }
    } finally {
      this.isSettling = false;
    }
    const isDrained = this.hasBeenLate && !this.busy;
    this.hasBeenLate &&= this.busy;
    return isDrained;
  }

  /** @param reason of the error the callbacks get */
  discard(reason: string): void {
    const dropped = this.waiting?.toArray() ?? [];
    this.waiting = null;
    this.waitingBytes = 0;
    const done = this.end();
    if (done === null && dropped.length === 0) return; // an error is dear: it records the stack
    const error = new Error(reason);
    visitEach([done, ...dropped.map((send) => send.done)], (callback) => callback?.(error));
  }
}

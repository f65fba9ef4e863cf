import { TickList } from "./tick-list.js";

/** How long answers wait at most for other sockets to be read, in ms, beyond the one that is being read. */
const MAX_HOLD_MS = 1;

/** When something runs. */
export interface EventLoop {
  nowMs(): number;
  /** Calls `run` as soon as the code that is running has returned: `process.nextTick`. */
  afterTick(run: () => void): void;
  /** Calls `run` when all that is readable has been read: `setImmediate`. */
  afterReads(run: () => void): void;
}

/** Something that has collected what it writes. */
export interface Flushable {
  flush(): void;
}

/**
 * What is written in a turn of the event loop, and when it leaves: where sockets are being read, after the last of them;
 * otherwise with the tick. To read many sockets and then write to them costs less than to go to and fro, and wakes a peer on the
 * same machine once.
 */
export class WriteTurn {
  private readonly loop: EventLoop;
  private readonly dirty: TickList<Flushable>;
  private isInReads = false;
  private isLast = false;
  private held: (() => void) | null = null;
  private heldSinceMs = 0;

  constructor(loop: EventLoop) {
    this.loop = loop;
    this.dirty = new TickList(
      (writer) => writer.flush(),
      (run) => this.schedule(run),
    );
  }

  /** Whether sockets are being read: what is added now is held. */
  get isReading(): boolean {
    return this.isInReads;
  }

  /** A socket is about to be read. */
  beginRead(): void {
    if (!this.isInReads) {
      this.isInReads = true;
      this.loop.afterReads(this.endReads);
    } else if (this.held !== null && this.loop.nowMs() - this.heldSinceMs >= MAX_HOLD_MS) {
      this.loop.afterTick(this.held); // listeners that take their time do not keep the others waiting
      this.held = null;
    }
  }

  /** @param writer flushed once, when the turn is over */
  add(writer: Flushable): void {
    this.dirty.add(writer);
  }

  /** Flushes now. */
  readonly flushAll = (): void => {
    this.dirty.handleAll();
  };

  /** Flushes now, and from now on at once: the program ends, and no other turn follows. */
  readonly end = (): void => {
    this.isLast = true;
    this.flushAll();
  };

  private schedule(run: () => void): void {
    if (this.isLast) {
      run();
    } else if (!this.isInReads) {
      this.loop.afterTick(run);
    } else {
      this.held = run;
      this.heldSinceMs = this.loop.nowMs();
    }
  }

  private readonly endReads = (): void => {
    const run = this.held;
    this.isInReads = false;
    this.held = null;
    run?.();
  };
}

import type { Duplex } from "node:stream";
import type { FrameOutput, SendCallback } from "../core/frame-output.js";
import { nextTick } from "./event-loop.js";
import { turn } from "./turn.js";

/** Frames of one turn up to this size are copied into one buffer; above, they are written side by side (`writev`). */
const MAX_JOINED_BYTES = 16 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);
/** Whose sockets write strings that wait behind others as UTF-8, whatever the encoding, and fail at an empty write when encrypted. */
const IS_DENO = "Deno" in globalThis;
/** How often a congested socket that takes no empty write is looked at, in milliseconds. */
const DENO_DRAIN_MS = 5;

/** Whom a writer tells. */
export interface WriterOwner {
  /** Nothing is buffered any more, after something was. */
  onDrained(): void;
}

/** Collects the frames of a turn of the event loop and hands them to the socket in one write. */
export class SocketWriter implements FrameOutput {
  private readonly socket: Duplex;
  private readonly owner: WriterOwner;
  private first: string | Buffer | null = null;
  private others: (string | Buffer)[] | null = null;
  private collectedBytes = 0;
  private callbacks: SendCallback[] | null = null;
  private isDirty = false;
  private awaitsDrain = false;

  constructor(socket: Duplex, owner: WriterOwner) {
    this.socket = socket;
    this.owner = owner;
  }

  /** Bytes that have not been handed to the operating system. */
  get bufferedBytes(): number {
    return this.collectedBytes + this.socket.writableLength;
  }

  /** See `FrameOutput`. */
  get isCongested(): boolean {
    return this.socket.writableLength > 0;
  }

  /** See `FrameOutput`. Leaves at the end of the turn. */
  write(bytes: string | Buffer, done: SendCallback | null): void {
    if (done !== null) (this.callbacks ??= []).push(done);
    this.collectedBytes += bytes.length;
    if (this.first === null) this.first = bytes;
    else if (this.others === null && typeof this.first === "string" && typeof bytes === "string") this.first += bytes;
    else (this.others ??= []).push(bytes);
    if (this.isDirty) return;
    this.isDirty = true;
    turn.add(this);
  }

  /** See `FrameOutput`. */
  writeNow(header: Buffer, payload: Buffer, done: SendCallback | null): void {
    this.isDirty = true; // nothing is left for the end of the turn
    this.write(header, null);
    this.write(payload, done);
    this.flush();
  }

  /** See `FrameOutput`. */
  reportDrain(): void {
    this.flush();
    if (this.socket.writable && !this.awaitsDrain) this.awaitDrain();
  }

  /** See `FrameOutput`. */
  end(): void {
    this.flush();
    if (this.socket.writable) this.socket.end();
  }

  /** Hands what was collected to the socket. */
  flush(): void {
    this.isDirty = false;
    const { first, others, callbacks } = this;
    if (first === null) return;
    const bytes = this.collectedBytes;
    this.first = null;
    this.others = null;
    this.callbacks = null;
    this.collectedBytes = 0;
    if (!this.socket.writable) {
      if (callbacks !== null) failLater(callbacks, closedError("socket is closed"));
      return;
    }
    const done = callbacks === null ? undefined : (error?: Error | null) => callAll(callbacks, error);
    if (others === null) this.writeOne(first, done);
    else this.writeMany(first, others, bytes, done);
    if (this.socket.writableLength > 0 && !this.awaitsDrain) this.awaitDrain();
  }

  /** Hands over what was collected, and ends the socket at once: what the operating system has not taken is dropped. */
  destroy(): void {
    this.flush();
    // Without an error a stream makes one, with a stack, for each chunk that it drops.
    this.socket.destroy(this.isCongested ? closedError("Cannot call write after a stream was destroyed") : undefined);
  }

  /** Drops what was collected: the socket is gone. @param reason of the error the callbacks get */
  discard(reason: string): void {
    const { callbacks } = this;
    this.first = null;
    this.others = null;
    this.callbacks = null;
    this.collectedBytes = 0;
    if (callbacks !== null) callAll(callbacks, closedError(reason));
  }

  private writeOne(bytes: string | Buffer, done: ((error?: Error | null) => void) | undefined): void {
    if (typeof bytes !== "string") this.socket.write(bytes, done);
    else if (IS_DENO) this.socket.write(Buffer.from(bytes, "latin1"), done);
    else this.socket.write(bytes, "latin1", done);
  }

  private writeMany(
    first: string | Buffer,
    others: readonly (string | Buffer)[],
    bytes: number,
    done: ((error?: Error | null) => void) | undefined,
  ): void {
    // Behind a slow peer nothing is gained by one write, and the frames of broadcasts are kept once for all.
    if (bytes <= MAX_JOINED_BYTES && !this.isCongested) {
      const joined = Buffer.allocUnsafe(bytes);
      let at = copyInto(joined, first, 0);
      for (const part of others) at = copyInto(joined, part, at);
      this.socket.write(joined, done);
      return;
    }
    this.socket.cork();
    this.writeOne(first, undefined);
    const last = others.length - 1;
    for (let index = 0; index < last; index++) this.writeOne(others[index]!, undefined);
    this.writeOne(others[last]!, done);
    this.socket.uncork();
  }

  /**
   * "drain" of a stream only comes when its own mark was passed; an empty write behind all that waits comes back whenever
   * the last byte has left. Only a congested socket pays for it.
   */
  private awaitDrain(): void {
    this.awaitsDrain = true;
    const look = (error?: Error | null): void => {
      this.awaitsDrain = false;
      if (error) return;
      if (this.socket.writableLength === 0) this.owner.onDrained();
      else if (this.socket.writable) this.awaitDrain(); // a write after the end would drop what still waits
    };
    if (endsAtEmptyWrite(this.socket)) setTimeout(look, DENO_DRAIN_MS);
    else this.socket.write(EMPTY, look);
  }
}

function endsAtEmptyWrite(socket: Duplex): boolean {
  return IS_DENO && "encrypted" in socket;
}

function copyInto(target: Buffer, part: string | Buffer, at: number): number {
  if (typeof part === "string") return at + target.write(part, at, "latin1");
  target.set(part, at);
  return at + part.length;
}

/** @param error as the stream has it: null or undefined when the bytes are written @param first where to begin */
function callAll(callbacks: readonly SendCallback[], error?: Error | null, first = 0): void {
  let next = first;
  try {
    while (next < callbacks.length) callbacks[next++]!(error);
  } finally {
    // One has thrown: that is no affair of the others.
    if (next < callbacks.length) nextTick(callAll, callbacks, error, next);
  }
}

/** With the code that a stream's own write would report, which programs look for. */
function closedError(message: string): NodeJS.ErrnoException {
  return Object.assign(new Error(message), { code: "ERR_STREAM_DESTROYED" });
}

function failLater(callbacks: readonly SendCallback[], error: Error): void {
  nextTick(callAll, callbacks, error);
}

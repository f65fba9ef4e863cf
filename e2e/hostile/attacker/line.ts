import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** How a peer ended a line: FIN, RST, or not at all. */
export type LineEnd = "open" | "fin" | "reset";

/** For what has to come: long, for machines that are busy. */
export const WAIT_MS = 15_000;

/** A TCP connection whose every byte the attacker chooses. */
export class Line {
  readonly socket: Socket;
  end: LineEnd = "open";
  receivedBytes = 0;
  private chunks: Buffer[] = [];
  private wake: (() => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk: Buffer) => {
      this.receivedBytes += chunk.length;
      this.chunks.push(chunk);
      this.notify();
    });
    socket.on("end", () => this.finished("fin"));
    socket.on("error", () => this.finished("reset"));
    socket.on("close", () => this.finished("fin"));
  }

  static async open(port: number): Promise<Line> {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true, allowHalfOpen: true });
    await once(socket, "connect");
    return new Line(socket);
  }

  /** What has been received and not been taken. */
  get bytes(): Buffer {
    const all = Buffer.concat(this.chunks);
    this.chunks = [all];
    return all;
  }

  take(count: number): void {
    this.chunks = [this.bytes.subarray(count)];
  }

  send(data: string | Buffer): this {
    if (this.socket.writable) this.socket.write(typeof data === "string" ? Buffer.from(data, "latin1") : data);
    return this;
  }

  /** Sends as fast as the peer takes it; stops when the line ends or the peer stops reading for `stallMs`. */
  async flood(chunk: Buffer, count: number, stallMs = 300): Promise<number> {
    for (let sent = 0; sent < count; sent++) {
      if (!this.socket.writable) return sent;
      if (this.socket.write(chunk)) continue;
      if (!(await this.drained(stallMs))) return sent;
    }
    return count;
  }

  /** Half-close. */
  finish(): this {
    this.socket.end();
    return this;
  }

  reset(): this {
    this.socket.resetAndDestroy();
    return this;
  }

  /** Stops reading: what the peer sends stays in the kernel, then in the peer. */
  stopReading(): this {
    this.socket.pause();
    return this;
  }

  /** Waits until `read` gives something. @throws Error with what was received instead */
  async until<T>(read: () => T | undefined, what: string, waitMs = WAIT_MS): Promise<T> {
    const deadline = Date.now() + waitMs;
    for (;;) {
      const value = read();
      if (value !== undefined) return value;
      const leftMs = deadline - Date.now();
      if (leftMs <= 0 || this.end !== "open") {
        const seen = this.bytes.subarray(0, 300).toString("latin1");
        throw new Error(`waited for ${what}; line is ${this.end}, received ${JSON.stringify(seen)}`);
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** Waits for the peer to end the line. */
  async ended(waitMs = WAIT_MS): Promise<LineEnd> {
    const deadline = Date.now() + waitMs;
    while (this.end === "open" && Date.now() < deadline) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.wake.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
    return this.end;
  }

  close(): void {
    this.socket.destroy();
  }

  /** Whether the peer has taken what waits, within `waitMs`. */
  private drained(waitMs: number): Promise<boolean> {
    const { socket } = this;
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        socket.off("drain", settle).off("close", settle);
        resolve(socket.writable && !socket.writableNeedDrain);
      };
      const timer = setTimeout(settle, waitMs);
      socket.on("drain", settle).on("close", settle);
    });
  }

  private finished(end: LineEnd): void {
    if (this.end === "open") this.end = end;
    this.notify();
  }

  private notify(): void {
    const wake = this.wake;
    this.wake = [];
    for (const resolve of wake) resolve();
  }
}

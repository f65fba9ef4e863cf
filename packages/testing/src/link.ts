import type { Server as HttpServer } from "node:http";
import { Duplex } from "node:stream";
import type { SeededRandom } from "./random.js";
import type { VirtualClock } from "./virtual-clock.js";

const ignore = (): void => {};

/** How a link treats what is written into it. */
export interface LinkConditions {
  /** One way, milliseconds: each piece takes a random time from `minLatencyMs` to `maxLatencyMs`. */
  readonly minLatencyMs: number;
  readonly maxLatencyMs: number;
  /** Probability, 0 to 1, that a write arrives in several pieces. */
  readonly splitChance: number;
}

/** Both ends of a link know whether it still carries anything. */
type LinkState = "open" | "silent" | "cut";

/**
 * One connection of the simulated network: two `Duplex` ends that stand for `net.Socket`. Bytes keep their order per
 * direction, as on TCP.
 */
export class Link {
  readonly client: LinkEnd;
  readonly server: LinkEnd;
  private state: LinkState = "open";

  constructor(
    private readonly clock: VirtualClock,
    private readonly random: SeededRandom,
    private readonly conditions: LinkConditions,
    private readonly onActivity: () => void,
  ) {
    this.client = new LinkEnd(this);
    this.server = new LinkEnd(this);
    this.client.connectTo(this.server);
    this.server.connectTo(this.client);
    this.server.on("error", ignore);
  }

  get isOver(): boolean {
    return this.client.destroyed && this.server.destroyed;
  }

  /** The host takes the connection. Until then nobody owns the server's end, and its errors concern nobody. */
  accept(host: HttpServer): void {
    if (this.server.destroyed) return;
    this.server.off("error", ignore);
    host.emit("connection", this.server);
  }

  /** Nobody listens at the other end. */
  refuse(): void {
    this.state = "cut";
    this.server.destroy();
    this.client.fail("connect", "ECONNREFUSED", -111);
  }

  /** Both ends get a reset, as when a router loses its state and answers. */
  cut(): void {
    if (this.state === "cut") return;
    this.state = "cut";
    for (const end of [this.client, this.server]) end.fail("read", "ECONNRESET", -104);
  }

  /** Nothing arrives any more, in either direction, and nobody is told: a half-open connection. */
  silence(): void {
    if (this.state === "open") this.state = "silent";
  }

  /** Schedules `deliver` for when the piece arrives; `readyAtMs` keeps the order of its direction. */
  carry(readyAtMs: number, deliver: () => void): number {
    const { minLatencyMs, maxLatencyMs } = this.conditions;
    const latencyMs = minLatencyMs + this.random.next() * (maxLatencyMs - minLatencyMs);
    // Strictly later than the piece before it: equal instants would be put into random order.
    const atMs = Math.max(this.clock.nowMs + latencyMs, readyAtMs + 0.001);
    this.clock.schedule(() => {
      if (this.state !== "open") return;
      this.onActivity();
      deliver();
    }, atMs - this.clock.nowMs);
    return atMs;
  }

  /** Cuts a write into the pieces in which it will arrive. */
  split(chunk: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    let rest = chunk;
    while (rest.length > 1 && pieces.length < 4 && this.random.chance(this.conditions.splitChance)) {
      const at = this.random.integer(1, rest.length - 1);
      pieces.push(rest.subarray(0, at));
      rest = rest.subarray(at);
    }
    pieces.push(rest);
    return pieces;
  }
}

/** One end. Has the members of `net.Socket` that HTTP and websocket code uses. */
export class LinkEnd extends Duplex {
  readonly remoteAddress = "10.0.0.1";
  readonly remotePort = 50_000;
  readonly remoteFamily = "IPv4";
  readonly localAddress = "10.0.0.2";
  readonly localPort = 80;
  readonly encrypted = false;
  readonly connecting = false;
  bytesRead = 0;
  bytesWritten = 0;
  private peer: LinkEnd | null = null;
  private readyAtMs = 0;
  private onRoom: (() => void) | null = null;

  constructor(private readonly link: Link) {
    super({ allowHalfOpen: true });
  }

  connectTo(peer: LinkEnd): void {
    this.peer = peer;
  }

  /** Ends with an error shaped as Node's. */
  fail(syscall: string, code: string, errno: number): void {
    if (!this.destroyed) this.destroy(Object.assign(new Error(`${syscall} ${code}`), { code, errno, syscall }));
  }

  override _read(): void {
    const onRoom = this.onRoom;
    this.onRoom = null;
    onRoom?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    const pieces = this.link.split(chunk);
    this.bytesWritten += chunk.length;
    pieces.forEach((piece, index) => {
      const isLast = index === pieces.length - 1;
      // A copy: the writer may use its buffer again as soon as the write is done.
      const bytes = Buffer.from(piece);
      this.readyAtMs = this.link.carry(this.readyAtMs, () => this.peer?.arrive(bytes, isLast ? done : null));
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.readyAtMs = this.link.carry(this.readyAtMs, () => this.peer?.arriveEnd());
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.readyAtMs = this.link.carry(this.readyAtMs, () => this.peer?.arriveReset(error !== null));
    done(error);
  }

  private arrive(bytes: Buffer, done: (() => void) | null): void {
    if (this.destroyed || this.readableEnded) return done?.();
    this.bytesRead += bytes.length;
    const hasRoom = this.push(bytes);
    if (done === null) return;
    if (hasRoom) done();
    else this.onRoom = done;
  }

  private arriveEnd(): void {
    if (!this.destroyed) this.push(null);
  }

  private arriveReset(wasAbrupt: boolean): void {
    if (this.destroyed) return;
    if (wasAbrupt) this.fail("read", "ECONNRESET", -104);
    else {
      this.push(null);
      this.end();
    }
  }

  // net.Socket's settings: a simulated link has none of them.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", () => this.destroy());
  }
}

import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { ABNORMAL, type CloseStatus } from "../core/close-payload.js";
import type { MessageDeflater, MessageInflater } from "../core/compression-port.js";
import { Connection, type ConnectionShell } from "../core/connection.js";
import type { ConnectionAction } from "../core/connection-state.js";
import type { WebSocketError } from "../core/errors.js";
import type { MessageSink } from "../core/message-assembler.js";
import { MessageSender } from "../core/message-sender.js";
import { Opcode } from "../core/opcode.js";
import type { ReaderPool } from "../core/reader-pool.js";
import { MAX_TIMER_MS } from "../core/timer-limit.js";
import { visitEach } from "../core/visit-each.js";
import { BufferedAmountError } from "./buffered-amount-error.js";
import { setImmediate } from "./event-loop.js";
import { KeepAlive, type KeepAliveOwner } from "./keep-alive.js";
import { startReading } from "./socket-reader.js";
import { SocketWriter, type WriterOwner } from "./socket-writer.js";

/** Whom the shell serves: what a connection delivers, and the events of its socket. */
export interface ShellOwner extends MessageSink {
  onPing(data: Buffer): void;
  onPong(data: Buffer): void;
  onError(error: Error): void;
  onDrain(): void;
  /** The peer closes. Who closes the connection in answer chooses its status; otherwise it is the peer's. */
  onCloseReceived(status: CloseStatus): void;
  /** Once. */
  onClosed(code: number, reason: Buffer): void;
}

export interface ShellOptions {
  readonly readers: ReaderPool;
  /** Both not null when permessage-deflate was negotiated. */
  readonly inflater: MessageInflater | null;
  readonly deflater: MessageDeflater | null;
  readonly autoPong: boolean;
  /** Source of masking keys, for clients. */
  readonly nextKey: () => number;
  /** How long the closing handshake may take. */
  readonly closeTimeoutMs: number;
  /** How often a Ping is sent; 0: never. */
  readonly keepAliveMs: number;
}

const EMPTY: Buffer = Buffer.alloc(0);
const CLOSED = "the connection is closed";

/** Carries out what a `Connection` decides: owns the socket and the timer of the closing handshake. */
export class SocketShell implements ConnectionShell, WriterOwner, KeepAliveOwner {
  readonly connection: Connection;
  private readonly owner: ShellOwner;
  private readonly maxBufferedBytes: number;
  private transport: Duplex | null = null;
  private writer: SocketWriter | null = null;
  private outgoing: MessageSender | null = null;
  private autoPong = true;
  private closeTimeoutMs = 0;
  private mayOweHead = false;
  private closeTimer: NodeJS.Timeout | null = null;
  private keepAlive: KeepAlive | null = null;

  /** @param maxBufferedBytes a send that finds more than this waiting ends the connection; 0: no limit */
  constructor(role: "server" | "client", owner: ShellOwner, maxBufferedBytes: number) {
    this.owner = owner;
    this.maxBufferedBytes = maxBufferedBytes;
    this.connection = new Connection(role, owner, this);
  }

  /** null before the opening handshake. Kept after the end: listeners of `close` look at its addresses and counters. */
  get socket(): Duplex | null {
    return this.transport;
  }

  /** Where messages go now; null when the connection is not open, or has just been ended for the bytes that wait. */
  openSender(): MessageSender | null {
    const { connection, maxBufferedBytes } = this;
    if (connection.state.tag !== "open") return null;
    if (maxBufferedBytes === 0 || this.bufferedBytes <= maxBufferedBytes) return this.outgoing;
    this.abort(new BufferedAmountError(this.bufferedBytes, maxBufferedBytes));
    return null;
  }

  /** Ends the connection at once. @param error the owner is told */
  abort(error: Error): void {
    this.connection.terminate();
    this.owner.onError(error);
  }

  /** Bytes not handed to the operating system. */
  get bufferedBytes(): number {
    return (this.outgoing?.bufferedBytes ?? 0) + (this.writer?.bufferedBytes ?? 0);
  }

  /** The opening handshake is done. @param head bytes that came right behind it */
  open(socket: Duplex, head: Buffer, options: ShellOptions): void {
    this.transport = socket;
    this.autoPong = options.autoPong;
    this.closeTimeoutMs = Math.min(options.closeTimeoutMs, MAX_TIMER_MS);
    // ECONNRESET, EPIPE and the like: "close" follows and tells the user.
    socket.on("error", ignore);
    forgetHttp(socket);
    const writer = new SocketWriter(socket, this);
    this.writer = writer;
    this.outgoing = new MessageSender(
      writer,
      options.deflater,
      this.connection.role === "client" ? options.nextKey : null,
    );
    this.connection.open(options.readers, options.inflater);
    startReading(socket, this.connection, head);
    if (options.keepAliveMs > 0) this.keepAlive = new KeepAlive(socket, options.keepAliveMs, this);
  }

  /** Writes bytes that are no frame: the response of the opening handshake, with the messages of this tick behind it. */
  writeHead(head: string): void {
    this.writer?.write(head, null);
    this.mayOweHead = true;
    if (isWatched(this.transport)) this.flushHead();
  }

  /** Makes sure that the response of the opening handshake has been handed to the socket. */
  flushHead(): void {
    if (this.mayOweHead) this.writer?.flush();
    this.mayOweHead = false;
  }

  /** Writes now what this tick has collected. */
  flush(): void {
    this.writer?.flush();
  }

  /** See `ConnectionShell`. */
  onPing(data: Buffer): void {
    if (this.autoPong && this.connection.state.tag === "open") this.outgoing?.answerPing(data);
    this.owner.onPing(data);
  }

  /** See `ConnectionShell`. */
  onPong(data: Buffer): void {
    this.keepAlive?.heard();
    this.owner.onPong(data);
  }

  /** See `ConnectionShell`. */
  onError(error: WebSocketError): void {
    this.owner.onError(error);
  }

  /** See `ConnectionShell`. */
  pauseReading(): void {
    this.transport?.pause();
  }

  /** See `ConnectionShell`. */
  resumeReading(): void {
    // Where the user paused the stream as well, this starts it again.
    this.transport?.resume();
  }

  /** See `ConnectionShell`. */
  onInterrupted(): void {
    setImmediate(() => this.connection.proceed());
  }

  /** See `ConnectionShell`. */
  perform(action: ConnectionAction): void {
    const { state } = this.connection;
    switch (action) {
      case "answer-close":
        if (state.tag === "closing" && state.received !== null) this.answerClose(state.received);
        return;
      case "send-close":
        if (state.tag === "closing" && state.sent !== null) this.outgoing?.sendClose(state.sent);
        return;
      case "end-write":
        this.outgoing?.end();
        return;
      case "start-deadline":
        this.closeTimer ??= setTimeout(() => this.connection.deadline(), this.closeTimeoutMs);
        return;
      case "destroy":
        this.writer?.destroy(); // what was sent before goes to the operating system, as it does with `ws`
        return;
      case "notify":
        this.notify();
        return;
      default:
        action satisfies never;
    }
  }

  /** See `WriterOwner`. */
  onDrained(): void {
    const { outgoing } = this;
    outgoing?.flushPong();
    if (outgoing === null || outgoing.bufferedBytes === 0) this.owner.onDrain(); // else the last of them reports it
  }

  /** See `KeepAliveOwner`. */
  get isReadingPaused(): boolean {
    return this.connection.isReadingPaused;
  }

  /** See `KeepAliveOwner`. */
  sendPing(): void {
    if (this.connection.state.tag === "open") this.outgoing?.sendControl(Opcode.Ping, EMPTY, null);
  }

  /** See `KeepAliveOwner`. */
  peerIsGone(): void {
    this.connection.terminate();
  }

  /** RFC 6455 §5.5.1: the answer typically echoes the status. */
  private answerClose(received: CloseStatus): void {
    try {
      this.owner.onCloseReceived(received);
    } finally {
      this.connection.close(received);
    }
  }

  private notify(): void {
    const { state } = this.connection;
    this.keepAlive?.stop();
    if (this.closeTimer !== null) clearTimeout(this.closeTimer);
    this.closeTimer = null;
    const status = state.tag === "closed" ? state.status : ABNORMAL;
    try {
      visitEach([this.writer, this.outgoing], (sender) => sender?.discard(CLOSED)); // send callbacks may throw their error
    } finally {
      this.owner.onClosed(status.code, status.reason);
    }
  }
}

function ignore(): void {}

/** Whether how it is written to was replaced, as by proxies that record responses: those look for the head at once. */
function isWatched(socket: Duplex | null): boolean {
  return socket !== null && (Object.hasOwn(socket, "_write") || Object.hasOwn(socket, "write"));
}

/** Undoes what is right for requests and wrong for a WebSocket: idle timeouts, and Nagle's delay of small writes. */
function forgetHttp(socket: Duplex): void {
  const { setTimeout, setNoDelay } = socket as Partial<Socket>; // what is no Socket may wrap one
  setTimeout?.call(socket, 0);
  setNoDelay?.call(socket, true);
}

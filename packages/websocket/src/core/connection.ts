import { decodeClosePayload, type CloseStatus } from "./close-payload.js";
import type { MessageInflater } from "./compression-port.js";
import {
  nextConnection,
  type ConnectionAction,
  type ConnectionEvent,
  type ConnectionState,
} from "./connection-state.js";
import { WebSocketError } from "./errors.js";
import { Inflation, type InflationOwner } from "./inflation.js";
import type { MessageSink } from "./message-assembler.js";
import type { MessageReader, ReaderOwner } from "./message-reader.js";
import { Opcode, type ControlOpcode } from "./opcode.js";
import type { ReaderPool } from "./reader-pool.js";

/** What a connection tells its shell and asks of it. Called synchronously, when its own state is up to date. */
export interface ConnectionShell {
  /** To be answered with a Pong. */
  onPing(data: Buffer): void;
  onPong(data: Buffer): void;
  /** The peer made the connection fail (RFC 6455 §7.1.7); the actions that close it have been performed. */
  onError(error: WebSocketError): void;
  /** An action of the state machine. */
  perform(action: ConnectionAction): void;
  /** `proceed` is to be called later: there is more to hand out or to tell. After an exception of a listener, which is on its way, say. */
  onInterrupted(): void;
  /** No more bytes, please, until `resumeReading`. */
  pauseReading(): void;
  resumeReading(): void;
}

const EMPTY: Buffer = Buffer.alloc(0);

/** One WebSocket connection: bytes in, messages and actions out (RFC 6455). Pure: the shell owns socket and timer. */
export class Connection implements ReaderOwner, InflationOwner {
  readonly role: "server" | "client";
  readonly messages: MessageSink;
  private readonly shell: ConnectionShell;

  private current: ConnectionState = { tag: "connecting" };
  /** null until open. */
  private readers: ReaderPool | null = null;
  /** Only while a message is read, and while bytes wait. */
  private reader: MessageReader | null = null;
  private hasStopped = false;
  /** Not null when permessage-deflate was negotiated. */
  private inflation: Inflation | null = null;
  private textForm: "string" | "bytes" = "bytes";

  private isPaused = false;
  /** What comes next is to wait for `endWait`. */
  private isWaiting = false;
  /** What the socket reported while bytes that came before it are still to be parsed. */
  private pendingEnd: "none" | "eof" | "socket-closed" = "none";

  constructor(role: "server" | "client", messages: MessageSink, shell: ConnectionShell) {
    this.role = role;
    this.messages = messages;
    this.shell = shell;
  }

  get state(): ConnectionState {
    return this.current;
  }

  /** The opening handshake is done: frames may come. @param inflater not null when permessage-deflate was negotiated */
  open(readers: ReaderPool, inflater: MessageInflater | null): void {
    this.readers = readers;
    if (inflater !== null) this.inflation = new Inflation(inflater, readers.limits.maxPayloadBytes, this);
    this.apply({ type: "opened" });
  }

  /** In which form text messages are handed out from now on; "bytes" at first. */
  textAs(form: "string" | "bytes"): void {
    this.textForm = form;
    if (this.reader !== null) this.reader.assembler.textAs = form;
  }

  /** Bytes from the peer. @param chunk changed in place */
  receive(chunk: Buffer): void {
    try {
      (this.reader ?? this.borrowReader())?.parser.push(chunk);
      if (this.pendingEnd !== "none") this.settleEnd();
    } finally {
      this.afterParsing();
    }
  }

  /** Hands out what waits. See `ConnectionShell.onInterrupted`. */
  proceed(): void {
    try {
      this.inflation?.proceed();
      this.parseRest();
    } finally {
      this.afterParsing();
    }
  }

  /** The peer ended its side of the socket. */
  receiveEof(): void {
    if (this.pendingEnd === "none") this.pendingEnd = "eof";
    this.settleEnd();
  }

  /** The socket is gone. What it had delivered before is handed out first, also to a paused reader. @param rest the last of it */
  socketClosed(rest: Buffer | null = null): void {
    this.pendingEnd = "socket-closed";
    if (this.canParse) this.reader?.parser.release();
    if (rest !== null) this.receive(rest);
    this.proceed();
  }

  /** Whether `close` will send a Close frame. */
  get owesClose(): boolean {
    const { current } = this;
    return current.tag === "open" || (current.tag === "closing" && current.by === "remote" && current.sent === null);
  }

  /** Starts the closing handshake (RFC 6455 §7.1.2), or answers the peer's Close. */
  close(status: CloseStatus): void {
    this.apply({ type: "close", status });
  }

  /** Ends the connection without one. */
  terminate(): void {
    this.stopReceiving();
    this.apply({ type: "terminate" });
    // The end of the socket has waited for a message that is dropped now.
    if (this.pendingEnd !== "none" && this.canParse) this.shell.onInterrupted();
  }

  /** The time of "start-deadline" is over. */
  deadline(): void {
    this.apply({ type: "deadline" });
  }

  get isReadingPaused(): boolean {
    return this.isPaused;
  }

  /** Hands out nothing until `resume`, not even what has been read already. */
  pause(): void {
    this.isPaused = true;
    this.reader?.parser.hold();
    this.shell.pauseReading();
  }

  resume(): void {
    if (!this.isPaused || this.current.tag === "closed") return;
    this.isPaused = false;
    try {
      this.proceed();
    } finally {
      if (this.canRead) this.shell.resumeReading();
    }
  }

  /** Hands out nothing more until `endWait`; for `MessageSink` and shell to call, when they have got something. */
  wait(): void {
    this.isWaiting = true;
    this.reader?.parser.hold();
    this.shell.pauseReading();
  }

  endWait(): void {
    this.isWaiting = false;
    try {
      this.proceed();
    } finally {
      if (this.canRead && this.current.tag !== "closed") this.shell.resumeReading();
    }
  }

  /** See `ControlFrameSink`. */
  onControl(opcode: ControlOpcode, payload: Buffer): void {
    if (opcode === Opcode.Ping) return this.shell.onPing(payload);
    if (opcode === Opcode.Pong) return this.shell.onPong(payload);
    const status = decodeClosePayload(payload, this.readers?.limits);
    if (status instanceof WebSocketError) return this.fail(status);
    this.stopReceiving(); // §5.5.1: nothing follows a Close frame
    this.apply({ type: "close-received", status });
  }

  /** See `ControlFrameSink`. */
  onFrameError(error: WebSocketError): void {
    this.fail(error);
  }

  /** See `AssemblerOwner`. */
  onMessageError(error: WebSocketError): void {
    this.fail(error);
  }

  /** See `AssemblerOwner`. Parsing stands still while a message is inflated: order is kept, one message is in memory. */
  onCompressed(payload: Buffer, isText: boolean): void {
    const { inflation } = this;
    if (inflation === null) return; // not reached: RSV1 is refused then
    this.reader?.parser.hold();
    if (!inflation.inflate(payload, isText)) this.shell.pauseReading();
  }

  /** See `AssemblerOwner`. */
  onCompressedPart(payload: Buffer): void {
    this.inflation?.inspect(payload);
  }

  /** See `InflationOwner`. */
  onInflated(data: Buffer, isText: boolean, waited: boolean): void {
    if (this.canParse) this.reader?.parser.release();
    try {
      this.reader?.assembler.onInflated(data, isText);
      this.parseRest();
    } finally {
      if (waited && this.canRead && this.current.tag !== "closed") this.shell.resumeReading();
      this.afterParsing();
    }
  }

  /** See `InflationOwner`. */
  onInflateError(error: WebSocketError): void {
    try {
      this.fail(error);
    } finally {
      this.settleEnd();
    }
  }

  /** See `InflationOwner`. Also of a paused reader, when nothing will come any more. */
  get takesMessages(): boolean {
    return !this.isWaiting && (!this.isPaused || this.pendingEnd === "socket-closed");
  }

  private parseRest(): void {
    if (!this.canParse) return;
    this.reader?.parser.release();
    this.reader?.parser.proceed();
    this.settleEnd();
  }

  private borrowReader(): MessageReader | null {
    if (this.readers === null || this.hasStopped) return null;
    const reader = this.readers.borrow(this, this.inflation !== null);
    reader.assembler.textAs = this.textForm;
    if (!this.canParse) reader.parser.hold();
    this.reader = reader;
    return reader;
  }

  private afterParsing(): void {
    const { reader } = this;
    if (reader?.parser.isParsing === true) return;
    if (this.canParse && (reader?.parser.hasUnparsed === true || this.pendingEnd !== "none"))
      this.shell.onInterrupted();
    if (reader === null) return;
    const { isIdle } = reader.parser;
    if (isIdle) this.readers?.giveBack(reader);
    if (isIdle || this.hasStopped) this.reader = null;
  }

  private get isInflating(): boolean {
    return this.inflation !== null && this.inflation.isBusy;
  }

  private get canParse(): boolean {
    return !this.isInflating && this.takesMessages;
  }

  private get canRead(): boolean {
    return !this.isPaused && !this.isInflating && !this.isWaiting;
  }

  private fail(error: WebSocketError): void {
    this.stopReceiving();
    this.apply({ type: "failed", status: { code: error.closeCode, reason: EMPTY } });
    this.shell.onError(error);
  }

  private stopReceiving(): void {
    this.hasStopped = true;
    this.reader?.parser.stop();
    this.reader?.assembler.clear();
    if (this.inflation?.stop() === true && !this.isPaused) this.shell.resumeReading(); // to see the end of the socket
  }

  private settleEnd(): void {
    const end = this.pendingEnd;
    // A paused reader is told as well, unless something is held for it: it may never resume.
    if (end === "none" || this.isInflating || this.isWaiting || this.reader?.parser.hasUnparsed === true) return;
    this.pendingEnd = "none";
    if (end === "eof") return this.apply({ type: "eof" });
    this.stopReceiving();
    this.apply({ type: "socket-closed" });
  }

  private apply(event: ConnectionEvent): void {
    const step = nextConnection(this.current, event, this.role);
    this.current = step.state;
    for (const action of step.actions) this.shell.perform(action);
  }
}

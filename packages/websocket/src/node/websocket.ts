import type { ClientRequest } from "node:http";
import type { Duplex } from "node:stream";
import { closeStatus } from "../core/close-payload.js";
import { Opcode } from "../core/opcode.js";
import { PERMESSAGE_DEFLATE } from "../core/permessage-deflate.js";
import type { SendCallback } from "../core/frame-output.js";
import { compressionOf, type PerMessageDeflate } from "./permessage-deflate-compat.js";
import { DirectWebSocket } from "./direct-websocket.js";
import type { BinaryType } from "./event-target.js";
import { DEFAULT_CLOSE_TIMEOUT_MS, maxPayloadBytes, type ConnectionLimits } from "./options.js";
import { ClientOpening } from "./client-opening.js";
import type { OpenedConnection } from "./client-port.js";
import { maskSource, sortArguments, type ClientOptions } from "./client-options.js";
import { hasCloseFrame, receiverView, senderView, type ReceiverView, type SenderView } from "./compat-views.js";
import { readersFor } from "./readers.js";
import { readyStateOf, type ReadyState } from "./ready-state.js";
import { DEFAULT_SEND, Outgoing, type SendOptions } from "./outgoing.js";
import type { SendData } from "./send-data.js";
import { showWebAttributes } from "./web-attributes.js";

export type { ClientOptions } from "./client-options.js";
export type { SendOptions } from "./outgoing.js";
export type { WebSocketSink } from "./sink.js";

const BINARY_TYPES: ReadonlySet<BinaryType> = new Set(["nodebuffer", "arraybuffer", "fragments", "blob"]);

/** Extensions by name, as `ws` keeps them. */
type GivenExtensions = { readonly [PERMESSAGE_DEFLATE]?: PerMessageDeflate };

const NO_EXTENSIONS: GivenExtensions = {};

/**
 * Begins to speak over a socket after the opening handshake. No method: classes of programs extend `WebSocket`, with names of their own.
 *
 * @param responseHead the response of a server, which goes with its first frames
 */
export let attachConnection: (socket: WebSocket, opened: OpenedConnection, responseHead: string) => void;

/** A WebSocket connection (RFC 6455), of a client or accepted by a `WebSocketServer`. Its API is that of `ws`. */
export class WebSocket extends DirectWebSocket {
  declare static readonly CONNECTING: 0;
  declare static readonly OPEN: 1;
  declare static readonly CLOSING: 2;
  declare static readonly CLOSED: 3;
  declare readonly CONNECTING: 0;
  declare readonly OPEN: 1;
  declare readonly CLOSING: 2;
  declare readonly CLOSED: 3;

  /** Made by the first `send`, `ping` or `pong`; above an engine there is none. */
  private outgoingMessages: Outgoing | null = null;
  private connectionLimits: ClientOptions;
  /** null on a server. */
  private clientOpening: ClientOpening | null = null;
  private givenExtensions: GivenExtensions = NO_EXTENSIONS;
  private agreedSubprotocol = "";
  private agreedExtensions = "";
  private binaryForm: BinaryType = "nodebuffer";

  /**
   * @param address `ws:`, `wss:`, `http:` or `https:` URL; null for a socket that a server will attach
   * @param protocols subprotocols to ask for, the preferred one first; may be left out
   * @throws {SyntaxError} for an invalid URL or subprotocol
   */
  constructor(
    address: string | URL | null,
    protocols?: string | readonly string[] | ClientOptions | null,
    options?: ClientOptions | null,
  ) {
    const [subprotocols, given] = sortArguments(protocols, options);
    // Quirk: @fastify/websocket makes clients without an address, and gives them a socket by `setSocket`.
    super(address === null && (given as { isServer?: boolean }).isServer !== false, given);
    this.connectionLimits = given;
    if (address !== null) this.connectTo(address, subprotocols, given);
  }

  /** 0 CONNECTING, 1 OPEN, 2 CLOSING, 3 CLOSED. */
  get readyState(): ReadyState {
    return readyStateOf(this.socketShell.connection.state);
  }

  /** The URL of a client. On a server undefined, as with `ws`, whose types do not say so either. */
  get url(): string {
    return this.clientOpening?.url as string;
  }

  /** The subprotocol agreed on, "" for none. */
  get protocol(): string {
    return this.agreedSubprotocol;
  }

  /** The names of the extensions agreed on, without their parameters, as `ws` has it; "" for none. */
  get extensions(): string {
    return this.agreedExtensions === "" ? "" : PERMESSAGE_DEFLATE;
  }

  /** The form of binary messages in events; "nodebuffer" at first. */
  override get binaryType(): BinaryType {
    return this.binaryForm;
  }
  override set binaryType(form: BinaryType) {
    if (BINARY_TYPES.has(form)) this.binaryForm = form;
  }

  /**
   * Bytes that the operating system has not taken: waiting in the deflater and in the socket. What this turn has collected is written
   * first, so that 0 means, as with `ws`, that the peer keeps up, also between two sends of a tick.
   */
  get bufferedAmount(): number {
    this.socketShell.flush();
    return this.queuedBytes;
  }

  /** As {@link bufferedAmount}, with what this turn has collected and not yet written. */
  get queuedBytes(): number {
    return this.outgoingMessages === null
      ? this.socketShell.bufferedBytes
      : this.socketShell.bufferedBytes + this.outgoingMessages.lostBytes;
  }

  get isPaused(): boolean {
    return this.socketShell.connection.isReadingPaused;
  }

  /**
   * Sends a message.
   *
   * @param done called when the bytes are handed to the operating system, or with the error that prevented it
   * @throws {Error} while connecting; {TypeError} for data that cannot be sent
   */
  send(data: SendData, options?: SendOptions | SendCallback | null, done?: SendCallback): void {
    const outgoing = this.neededOutgoing();
    if (typeof options === "function") outgoing.send(data, DEFAULT_SEND, options);
    else outgoing.send(data, options ?? DEFAULT_SEND, done ?? null);
  }

  /** Sends a Ping frame. @param data at most 125 bytes @throws {RangeError} above; {Error} while connecting */
  ping(data?: SendData | SendCallback, mask?: boolean | SendCallback, done?: SendCallback): void {
    this.neededOutgoing().sendControl(Opcode.Ping, data, mask, done);
  }

  /** Sends a Pong frame. @param data at most 125 bytes @throws {RangeError} above; {Error} while connecting */
  pong(data?: SendData | SendCallback, mask?: boolean | SendCallback, done?: SendCallback): void {
    this.neededOutgoing().sendControl(Opcode.Pong, data, mask, done);
  }

  /**
   * Starts the closing handshake (RFC 6455 §7.1.2), after all that was sent. While connecting: gives up, whatever is given.
   *
   * @param code 1000 to 1014 without 1004 to 1006, or 3000 to 4999
   * @param reason at most 123 bytes of UTF-8
   * @throws {TypeError} for another code; {RangeError} for a longer reason
   */
  override close(code?: number, reason?: string | Uint8Array): void {
    const { connection } = this.socketShell;
    if (connection.state.tag === "connecting") this.giveUpConnecting();
    else if (connection.owesClose) connection.close(closeStatus(code, reason));
  }

  /** Destroys the socket, in any state. `close` follows. */
  terminate(): void {
    if (this.socketShell.connection.state.tag === "connecting") this.giveUpConnecting();
    else this.socketShell.connection.terminate();
  }

  /** Stops reading from the socket, and handing out what was read, until `resume`. */
  pause(): void {
    const { tag } = this.socketShell.connection.state;
    if (tag === "open" || tag === "closing") this.socketShell.connection.pause();
  }

  resume(): void {
    this.socketShell.connection.resume();
  }

  static {
    attachConnection = (socket, opened, responseHead) => socket.attachConnection(opened, responseHead);
  }

  private attachConnection(opened: OpenedConnection, responseHead: string): void {
    const { socket, head, compression } = opened;
    const limits = this.connectionLimits;
    this.agreedSubprotocol = opened.subprotocol;
    this.agreedExtensions = opened.extensions;
    this.socketShell.open(socket, head, {
      nextKey: maskSource(limits),
      readers: readersFor(this.socketShell.connection.role, limits),
      autoPong: limits.autoPong !== false,
      closeTimeoutMs: limits.closeTimeout ?? DEFAULT_CLOSE_TIMEOUT_MS,
      keepAliveMs: limits.keepAliveInterval ?? 0,
      inflater: compression?.inflater ?? null,
      deflater: compression?.deflater ?? null,
    });
    if (responseHead !== "") this.socketShell.writeHead(responseHead);
    this.emit("open");
  }

  /** Not made for connections whose messages go past the methods of `ws`. */
  private neededOutgoing(): Outgoing {
    return (this.outgoingMessages ??= new Outgoing(this.socketShell));
  }

  private connectTo(address: string | URL, subprotocols: readonly string[], options: ClientOptions): void {
    this.clientOpening = new ClientOpening(this, address, subprotocols, options, {
      onOpened: (opened) => this.attachConnection(opened, ""),
      onFailed: (error) => {
        this.socketShell.connection.terminate();
        this.eventSink.onHandshakeError(error);
        this.socketShell.connection.socketClosed();
      },
    });
    this.clientOpening.start();
  }

  private giveUpConnecting(): void {
    this.socketShell.connection.terminate();
    this.clientOpening?.giveUp();
  }

  // Compatibility: names reached from outside. Views of the real owner, no state here.
  get _socket(): Duplex | null {
    this.socketShell.flushHead(); // who writes to it must not come before the response of the handshake
    return this.socketShell.socket;
  }

  get _req(): ClientRequest | null {
    return this.clientOpening?.request ?? null;
  }

  get _redirects(): number {
    return this.clientOpening?.redirects ?? 0;
  }

  get _receiver(): ReceiverView {
    return receiverView(maxPayloadBytes(this.connectionLimits), this.agreedExtensions !== "");
  }

  /** Proxies that have made the opening handshake themselves say by these two what came of it, then call `setSocket`. */
  get _isServer(): boolean {
    return this.socketShell.connection.role === "server";
  }
  set _isServer(isServer: boolean) {
    const isUnused = this.socketShell.socket === null && this.clientOpening === null;
    if (isUnused) this.socketShell = this.makeShell(isServer, this.connectionLimits);
  }

  get _extensions(): GivenExtensions {
    return this.givenExtensions;
  }
  set _extensions(extensions: GivenExtensions) {
    this.givenExtensions = extensions;
  }

  setSocket(socket: Duplex, head: Buffer, limits: ConnectionLimits = {}): void {
    this.connectionLimits = { ...this.connectionLimits, ...limits };
    const deflate = this.givenExtensions[PERMESSAGE_DEFLATE];
    const compression = deflate === undefined ? null : compressionOf(deflate);
    const extensions = compression === null ? "" : PERMESSAGE_DEFLATE;
    this.attachConnection({ socket, head, subprotocol: "", extensions, compression }, "");
  }

  emitClose(): void {
    this.socketShell.connection.socketClosed();
  }

  get _closeFrameReceived(): boolean {
    return hasCloseFrame(this.socketShell.connection.state, "received");
  }

  get _closeFrameSent(): boolean {
    return hasCloseFrame(this.socketShell.connection.state, "sent");
  }

  get _sender(): SenderView {
    return senderView(this.socketShell);
  }
}

showWebAttributes(WebSocket);

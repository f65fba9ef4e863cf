import { isWorthDeflating } from "../core/worth-deflating.js";
import { PreparedMessage, TickList } from "@halyard/websocket/core";
import { nextTick } from "@halyard/websocket/turn";
import { logger } from "../log.js";
import type { EnginePacket } from "../packet.js";
import type { EngineRequest } from "../request.js";
import { Transport } from "./transport.js";
import type { DirectWebSocket, WebSocketSink } from "./websocket-port.js";

const debug = logger("engine:ws");

/** More than this in the TCP socket's own queue means that the peer does not keep up, in bytes. */
const CONGESTED_BYTES = 16 * 1024;
const MESSAGE = 0x34; // "4"
const PING: PreparedMessage = new PreparedMessage("2");

/** Transports that have sent packets in this tick and owe a `drain`. */
const sentThisTick: TickList<WebSocketTransport> = new TickList((transport) => transport.reportIfSent(), nextTick);

/** Engine.IO over a connection of `@halyard/websocket`: a message in is one call, a message out is one call. */
export class WebSocketTransport extends Transport implements WebSocketSink {
  static readonly upgradesTo: readonly string[] = [];
  /** Calls of `send()` not reported as drained. */
  private unreported = 0;

  /** @param deflateThreshold smallest message to be compressed, in bytes; `Infinity` when the server does not compress */
  constructor(
    /** The connection below, as programs know it. */
    readonly socket: DirectWebSocket,
    request: EngineRequest,
    protocol: 3 | 4,
    private readonly deflateThreshold: number,
  ) {
    super(protocol, !request._query["b64"]);
    socket.setSink(this);
  }

  override get name(): "websocket" {
    return "websocket";
  }

  override get writable(): boolean {
    return this.readyState === "open";
  }

  override get bufferedAmount(): number {
    return this.socket.queuedBytes;
  }

  override isCongested(): boolean {
    return (this.socket._socket?.writableLength ?? 0) > CONGESTED_BYTES;
  }

  /** One message, without packet object; the hot path of {@link send}. */
  sendMessage(data: string | Buffer, compress: boolean): void {
    if (typeof data === "string") {
      this.sendText("4" + data, compress);
    } else if (this.protocol === 4 && this.supportsBinary) {
      this.socket.sendBinary(data, compress && data.length >= this.deflateThreshold);
    } else {
      this.sendEncoded(this.codec.encodePacket({ type: "message", data }, this.supportsBinary), compress);
    }
  }

  /** One message that is sent to others as well. */
  sendPrepared(message: PreparedMessage, compress: boolean): void {
    const { data } = message;
    if (typeof data === "string" || (this.protocol === 4 && this.supportsBinary)) {
      this.socket.sendPrepared(message, compress && isWorthDeflating(data, this.deflateThreshold));
    } else {
      this.sendMessage(data, compress);
    }
  }

  sendPing(): void {
    this.socket.sendPrepared(PING, false);
  }

  override send(packets: EnginePacket[]): void {
    for (const packet of packets) {
      this.sendPacket(packet);
    }
    this.unreported += 1;
    sentThisTick.add(this);
  }

  /** Emits one `drain` for each `send()` whose bytes have left; the rest follows in {@link onDrain}. */
  reportIfSent(): void {
    this.socket.flush();
    if (this.socket.queuedBytes === 0) this.onDrain();
  }

  override abort(): void {
    this.socket.terminate();
  }

  onText(text: string): void {
    if (text.charCodeAt(0) === MESSAGE) {
      this.deliverMessage(text.slice(1));
    } else {
      this.deliver(this.codec.decodePacket(text));
    }
  }

  onBinary(data: Buffer): void {
    if (this.protocol === 4) {
      this.deliverMessage(data);
    } else {
      this.deliver(this.codec.decodePacket(data));
    }
  }

  onDrain(): void {
    while (this.unreported > 0 && this.readyState !== "closed") {
      this.unreported -= 1;
      this.drained();
    }
  }

  onError(error: Error): void {
    this.fail(String(error), error);
  }

  onClose(): void {
    this.ended();
  }

  protected override doClose(onClosed: (() => void) | null): void {
    debug("closing");
    this.socket.close();
    onClosed?.();
  }

  /** One packet, without the `drain` that {@link send} owes. */
  sendPacket(packet: EnginePacket): void {
    const compress = packet.options?.compress === true;
    const prepared = packet.options?.prepared;
    if (prepared !== undefined) {
      this.sendPrepared(prepared, compress);
      return;
    }
    const frame = packet.options?.wsPreEncodedFrame;
    if (frame !== undefined && this.deflateThreshold === Infinity) {
      this.socket.sendFrame(frame);
    } else {
      this.sendEncoded(this.codec.encodePacket(packet, this.supportsBinary), compress);
    }
  }

  private sendEncoded(data: string | Buffer, compress: boolean): void {
    if (typeof data === "string") {
      this.sendText(data, compress);
    } else {
      this.socket.sendBinary(data, compress && data.length >= this.deflateThreshold);
    }
  }

  private sendText(text: string, compress: boolean): void {
    this.socket.sendText(text, compress && isWorthDeflating(text, this.deflateThreshold));
  }
}

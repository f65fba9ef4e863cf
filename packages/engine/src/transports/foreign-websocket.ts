import { isWorthDeflating } from "../core/worth-deflating.js";
import type { EnginePacket } from "../packet.js";
import type { EngineRequest } from "../request.js";
import { Transport } from "./transport.js";
import type { ForeignData, ForeignWebSocket } from "./websocket-port.js";

/** Engine.IO over the connection of another WebSocket library (option `wsEngine`), by its events. */
export class ForeignWebSocketTransport extends Transport {
  static readonly upgradesTo: readonly string[] = [];
  /** Packets of the flush that is under way; nothing is written before it has left. */
  private inFlight = 0;

  /** @param deflateThreshold smallest message to be compressed, in bytes; `Infinity` when the server does not compress */
  constructor(
    /** The connection below, as programs know it. */
    readonly socket: ForeignWebSocket,
    request: EngineRequest,
    protocol: 3 | 4,
    private readonly deflateThreshold: number,
  ) {
    super(protocol, !request._query["b64"]);
    socket.on("message", (data, isBinary) => this.onMessage(data, isBinary));
    socket.on("close", () => this.ended());
    socket.on("error", (error) => this.fail(String(error), error));
  }

  override get name(): "websocket" {
    return "websocket";
  }

  override get writable(): boolean {
    return this.inFlight === 0 && this.readyState === "open";
  }

  override get bufferedAmount(): number {
    return this.socket.bufferedAmount ?? 0;
  }

  override isCongested(): boolean {
    return this.bufferedAmount > 0;
  }

  override send(packets: EnginePacket[]): void {
    this.inFlight += packets.length;
    const onSent = (error?: Error | null): void => this.onSent(error);
    for (const packet of packets) {
      const data = this.codec.encodePacket(packet, this.supportsBinary);
      const compress = packet.options?.compress === true && isWorthDeflating(data, this.deflateThreshold);
      this.socket.send(data, { compress }, onSent);
    }
  }

  override abort(): void {
    this.socket.terminate?.();
  }

  protected override doClose(onClosed: (() => void) | null): void {
    this.socket.close();
    onClosed?.();
  }

  private onSent(error?: Error | null): void {
    if (error) {
      this.fail("write error", error.stack);
      return;
    }
    this.inFlight -= 1;
    if (this.inFlight === 0 && this.readyState !== "closed") {
      this.drained();
      this.becomeReady();
    }
  }

  private onMessage(data: ForeignData, isBinary: boolean | undefined): void {
    // Libraries that do not say whether a message is binary give text as a string.
    const isText = typeof data === "string" || isBinary === false;
    const bytes = typeof data === "string" ? data : bytesOf(data);
    this.deliver(this.codec.decodePacket(isText ? bytes.toString() : bytes));
  }
}

function bytesOf(data: Exclude<ForeignData, string>): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return data instanceof ArrayBuffer ? Buffer.from(data) : Buffer.concat(data);
}

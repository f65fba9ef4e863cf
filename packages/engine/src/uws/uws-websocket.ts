import { nextTick } from "@halyard/websocket/turn";
import { isWorthDeflating } from "../core/worth-deflating.js";
import type { EnginePacket } from "../packet.js";
import type { EngineRequest } from "../request.js";
import { Transport } from "../transports/transport.js";
import type { UwsWebSocket } from "./uws-port.js";

const CONGESTED_BYTES = 16 * 1024;
const DROPPED = 2;

/** Engine.IO over a websocket of uWebSockets.js. */
export class UwsWebSocketTransport extends Transport {
  readonly name = "websocket";
  /** Calls of `send()` not reported as drained. */
  private unreported = 0;
  private isCondemned = false;

  /** @param deflateThreshold smallest message to be compressed, in bytes; `Infinity` when the application does not compress */
  constructor(
    /** The connection below, as programs know it. */
    readonly socket: UwsWebSocket,
    request: EngineRequest,
    protocol: 3 | 4,
    private readonly deflateThreshold: number,
  ) {
    super(protocol, !request._query["b64"]);
  }

  override get writable(): boolean {
    return this.readyState === "open";
  }

  override get bufferedAmount(): number {
    return this.readyState === "closed" ? 0 : this.socket.getBufferedAmount();
  }

  override isCongested(): boolean {
    return this.bufferedAmount > CONGESTED_BYTES;
  }

  override send(packets: EnginePacket[]): void {
    if (this.readyState === "closed") {
      return; // uWebSockets.js throws when the websocket is touched
    }
    if (!this.writeAll(packets)) {
      this.condemn();
      this.fail("write error", new Error("the websocket's own limit for waiting data is exceeded"));
      return;
    }
    this.unreported += 1;
    // What is not reported then is reported when the websocket has drained.
    if (this.unreported === 1) nextTick(reportIfSent, this);
  }

  /** @param message is taken back when the call returns */
  onMessage(message: ArrayBuffer, isBinary: boolean): void {
    const bytes = Buffer.from(message);
    this.deliver(this.codec.decodePacket(isBinary ? Buffer.from(bytes) : bytes.toString()));
  }

  onDrain(): void {
    while (this.unreported > 0 && this.readyState !== "closed") {
      this.unreported -= 1;
      this.drained();
    }
  }

  onClose(): void {
    this.ended();
  }

  /** Whether nothing was dropped. */
  private writeAll(packets: EnginePacket[]): boolean {
    const [first] = packets;
    if (packets.length === 1 && first !== undefined) return this.write(first) !== DROPPED;
    let isDropped = false;
    this.socket.cork(() => {
      for (const packet of packets) {
        isDropped ||= this.write(packet) === DROPPED;
      }
    });
    return !isDropped;
  }

  private write(packet: EnginePacket): number {
    const compress = packet.options?.compress === true;
    const prepared = packet.options?.prepared;
    if (prepared !== undefined && typeof prepared.data === "string") {
      const { bytes } = prepared;
      return this.socket.send(bytes, false, compress && isWorthDeflating(bytes, this.deflateThreshold));
    }
    const data = this.codec.encodePacket(packet, this.supportsBinary);
    return this.socket.send(data, typeof data !== "string", compress && isWorthDeflating(data, this.deflateThreshold));
  }

  override condemn(): void {
    this.isCondemned = true;
  }

  protected override doClose(onClosed: (() => void) | null): void {
    // Ending a websocket calls its close handler at once: those who wait are told before.
    onClosed?.();
    if (this.isCondemned) {
      this.socket.close(); // the end would wait for the peer to read
    } else {
      this.socket.end();
    }
  }
}

function reportIfSent(transport: UwsWebSocketTransport): void {
  if (transport.bufferedAmount === 0) transport.onDrain();
}

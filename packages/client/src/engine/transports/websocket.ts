import { decodePacket, encodePackets } from "../codec.js";
import type { Packet, RawData } from "../types.js";
import { PlainWS } from "./plain-websocket.js";

export type { HandshakeOptions, WebSocketLike } from "./plain-websocket.js";

/** WebSocket transport over the platform's class: browsers, workers, React Native, Deno, Bun, Node 22. */
export class WS extends PlainWS {
  // Binary may travel as base64: the option `forceBase64`.

  protected override write(packets: Packet[]): void {
    if (this.supportsBinary) return super.write(packets);
    this.writable = false;
    encodePackets(
      packets,
      (encoded) => this.writeAll(packets, encoded),
      (error) => this.onError("websocket error", error),
    );
  }

  protected override onData(data: RawData): void {
    this.onPacket(decodePacket(data, this.socket?.binaryType));
  }
}

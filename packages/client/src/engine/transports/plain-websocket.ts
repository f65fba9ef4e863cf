import { encodePlain } from "../plain-codec.js";
import type { Packet, RawData } from "../types.js";
import { Transport } from "./transport.js";

/** The part of the platform's `WebSocket` that is used. */
export interface WebSocketLike {
  binaryType: string;
  onopen: (() => void) | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- each platform has its own event classes
  onclose: ((event: any) => void) | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  onmessage: ((event: any) => void) | null;
  // oxlint-disable-next-line typescript/no-explicit-any -- as above
  onerror: ((event: any) => void) | null;
  send(data: RawData): void;
  close(): void;
}

/** What a WebSocket is opened with, where a platform takes more than a URL and sub-protocols. */
export interface HandshakeOptions {
  headers?: Readonly<Record<string, string>> | undefined;
}

/** WebSocket transport over the platform's class, binary as it is. */
export class PlainWS extends Transport {
  ws: WebSocketLike | null = null;

  get name(): string {
    return "websocket";
  }

  protected doOpen(): void {
    let ws: WebSocketLike;
    try {
      // No sub-protocol may be called "".
      ws = this.createSocket(this.uri(), this.opts.protocols || undefined, this.handshakeOptions());
    } catch (error) {
      // Later: the session listens only when this constructor has returned.
      this.setTimeoutFn(() => this.onError("websocket error", error), 0);
      return;
    }
    this.ws = ws;
    ws.binaryType = this.socket?.binaryType ?? "arraybuffer";
    ws.onopen = () => this.onOpen();
    ws.onclose = (event) => this.onClose({ description: "websocket connection closed", context: event });
    ws.onmessage = ({ data }) => this.onData(data);
    ws.onerror = (event) => this.onError("websocket error", event);
  }

  /** @internal */
  protected handshakeOptions(): HandshakeOptions {
    return { headers: this.opts.extraHeaders };
  }

  createSocket(uri: string, protocols: string | string[] | undefined, options: HandshakeOptions): WebSocketLike {
    const isReactNative = (globalThis.navigator as Navigator | undefined)?.product === "ReactNative";
    return Reflect.construct(WebSocket, isReactNative ? [uri, protocols, options] : [uri, protocols]) as WebSocketLike;
  }

  protected write(packets: Packet[]): void {
    this.writable = false;
    this.writeAll(packets, packets.map(encodePlain));
  }

  /** @internal */
  protected writeAll(packets: readonly Packet[], encoded: readonly RawData[]): void {
    encoded.forEach((data, i) => {
      try {
        this.doWrite(packets[i] as Packet, data);
      } catch {
        // Closed, but its event has not come yet.
      }
    });
    this.drainSoon();
  }

  doWrite(_packet: Packet, data: RawData): void {
    this.ws?.send(data);
  }

  protected doClose(): void {
    const { ws } = this;
    if (!ws) return;
    ws.onerror = () => {};
    ws.onopen = ws.onmessage = ws.onclose = null;
    ws.close();
    this.ws = null;
  }

  protected uri(): string {
    const { opts, query } = this;
    if (!this.supportsBinary) query["b64"] = 1;
    return this.createUri(opts.secure ? "wss" : "ws", this.stampQuery(opts.timestampRequests));
  }
}

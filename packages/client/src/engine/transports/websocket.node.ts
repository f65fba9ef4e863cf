import { WebSocket as NodeWebSocket } from "@halyard/websocket";
import type { ClientRequest } from "node:http";
import { WS as BrowserWS, type WebSocketLike } from "./websocket.js";
import type { Packet, RawData, WriteOptions } from "../types.js";
import { pickConnectionOptions } from "../node/connection-options.js";

interface NodeSocket extends WebSocketLike {
  send(data: RawData, options?: WriteOptions): void;
}

const WebSocket = NodeWebSocket as unknown as new (
  uri: string,
  protocols: string | string[] | undefined,
  options: object,
) => NodeSocket;

/** WebSocket transport over `@halyard/websocket`. */
export class WS extends BrowserWS {
  declare ws: NodeSocket | null;

  override createSocket(uri: string, protocols: string | string[] | undefined): NodeSocket {
    const { opts } = this;
    const headers: Record<string, string> = { ...opts.extraHeaders };
    const cookies = this.socket?.cookieJar?.pairs() ?? [];
    if (cookies.length) {
      const name = Object.keys(headers).find((name) => name.toLowerCase() === "cookie") ?? "cookie";
      headers[name] = [headers[name] ?? [], cookies].flat().join("; ");
    }
    const finishRequest = (request: ClientRequest): void => {
      request.once("socket", (socket) => socket.unref());
      request.end();
    };
    // Not spread: a literal that begins with a spread gets a hidden class of its own, 216 bytes.
    const { perMessageDeflate = true } = opts;
    const options = Object.assign(pickConnectionOptions(opts), { perMessageDeflate, headers });
    return new WebSocket(uri, protocols, opts.autoUnref ? Object.assign(options, { finishRequest }) : options);
  }

  override doWrite(packet: Packet, data: RawData): void {
    const { perMessageDeflate = { threshold: 1024 } } = this.opts;
    const threshold = (typeof perMessageDeflate === "object" && perMessageDeflate.threshold) || 0;
    const bytes = typeof data === "string" ? Buffer.byteLength(data) : "size" in data ? data.size : data.byteLength;
    this.ws?.send(data, bytes < threshold ? { compress: false } : packet.options);
  }
}

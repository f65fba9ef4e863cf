import { WebSocket as NodeWebSocket } from "@halyard/websocket";
import { WS as BrowserWS, type HandshakeOptions, type WebSocketLike } from "./websocket.js";
import type { Packet, RawData, WriteOptions } from "../types.js";
import { pickConnectionOptions } from "../node/connection-options.js";

interface NodeSocket extends WebSocketLike {
  send(data: RawData, options?: WriteOptions): void;
}

/** What is used of a `ClientRequest`, whose type a project for browsers need not have. */
interface UpgradeRequest {
  once(event: "socket", listener: (socket: { unref(): unknown }) => void): unknown;
  end(): unknown;
}

const WebSocket = NodeWebSocket as unknown as new (
  uri: string,
  protocols: string | string[] | undefined,
  options: object,
) => NodeSocket;

/** WebSocket transport over `@halyard/websocket`. */
export class WS extends BrowserWS {
  declare ws: NodeSocket | null;

  /** Those of the options that end at `tls.connect`, `net.connect` or in the handshake. */
  protected override handshakeOptions(): HandshakeOptions {
    const { perMessageDeflate = true, extraHeaders } = this.opts;
    // Not spread: a literal that begins with a spread gets a hidden class of its own, 216 bytes.
    return Object.assign(pickConnectionOptions(this.opts), { perMessageDeflate, headers: { ...extraHeaders } });
  }

  /** @param options a subclass may have changed them */
  override createSocket(
    uri: string,
    protocols: string | string[] | undefined,
    options: HandshakeOptions & { finishRequest?: (request: UpgradeRequest) => void },
  ): NodeSocket {
    const cookies = this.socket?.cookieJar?.pairs() ?? [];
    if (cookies.length) {
      const headers: Record<string, string> = { ...options.headers };
      const name = Object.keys(headers).find((name) => name.toLowerCase() === "cookie") ?? "cookie";
      headers[name] = [headers[name] ?? [], cookies].flat().join("; ");
      options.headers = headers;
    }
    if (this.opts.autoUnref) {
      options.finishRequest = (request) => {
        request.once("socket", (socket) => socket.unref());
        request.end();
      };
    }
    return new WebSocket(uri, protocols, options);
  }

  override doWrite(packet: Packet, data: RawData): void {
    const { perMessageDeflate = { threshold: 1024 } } = this.opts;
    const threshold = (typeof perMessageDeflate === "object" && perMessageDeflate.threshold) || 0;
    const bytes = typeof data === "string" ? Buffer.byteLength(data) : "size" in data ? data.size : data.byteLength;
    this.ws?.send(data, bytes < threshold ? { compress: false } : packet.options);
  }
}

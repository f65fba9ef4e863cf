import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { EngineRequest } from "../request.js";
import type { PreparedMessage } from "@halyard/websocket/core";

/** Direct delivery from a connection of `@halyard/websocket`, in place of events. */
export interface WebSocketSink {
  onText(text: string): void;
  onBinary(data: Buffer): void;
  /** `queuedBytes` is 0 again, after it was above 0 at the end of a flush. */
  onDrain(): void;
  onError(error: Error): void;
  onClose(code: number, reason: string): void;
}

/** The connections of `@halyard/websocket`: delivery into a sink, one write for each turn of the event loop. */
export interface DirectWebSocket {
  setSink(sink: WebSocketSink | null): void;
  sendText(text: string, compress: boolean): void;
  sendBinary(data: Uint8Array, compress: boolean): void;
  sendPrepared(message: PreparedMessage, compress: boolean): void;
  sendFrame(frame: Buffer | readonly Buffer[]): void;
  /** Bytes queued there and in the TCP socket. */
  readonly queuedBytes: number;
  /** Hands over what this turn has collected. */
  flush(): void;
  close(): void;
  terminate(): void;
  readonly _socket?: TcpSocket | null;
}

/** What every `ws`-like engine gives (option `wsEngine`). */
export interface ForeignWebSocket {
  on(event: "message", listener: (data: ForeignData, isBinary?: boolean) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  on(event: "error", listener: (error: Error) => void): unknown;
  send(data: string | Buffer, options: { readonly compress: boolean }, callback: (error?: Error | null) => void): void;
  close(): void;
  terminate?(): void;
  readonly bufferedAmount?: number;
  readonly _socket?: TcpSocket | null;
}

export type ForeignData = string | Buffer | ArrayBuffer | readonly Buffer[];

/** What `ws`-like connections show of the TCP socket below. */
export interface TcpSocket {
  readonly remoteAddress?: string | undefined;
  readonly writableLength?: number;
}

export type AnyWebSocket = DirectWebSocket | ForeignWebSocket;

/** What the engine uses of a `ws`-like server (option `wsEngine`). */
export interface WebSocketServerLike {
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer, done: (webSocket: AnyWebSocket) => void): void;
  close(): void;
  on?(event: "headers", listener: (lines: string[], req: EngineRequest) => void): void;
}

export function isDirect(socket: AnyWebSocket): socket is DirectWebSocket {
  const candidate = socket as Partial<DirectWebSocket>;
  return typeof candidate.setSink === "function" && typeof candidate.sendPrepared === "function";
}

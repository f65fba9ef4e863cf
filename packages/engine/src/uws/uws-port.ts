/** What is used of uWebSockets.js, which is not a dependency: the application brings it. */
export interface UwsApp {
  any(pattern: string, handler: (res: UwsHttpResponse, req: UwsHttpRequest) => void): UwsApp;
  ws(pattern: string, behavior: UwsBehavior): UwsApp;
}

/** Valid during the call of its handler only. */
export interface UwsHttpRequest {
  getMethod(): string;
  getUrl(): string;
  getQuery(): string;
  getHeader(name: string): string;
  forEach(visit: (name: string, value: string) => void): void;
}

export interface UwsHttpResponse {
  writeStatus(status: string): unknown;
  writeHeader(name: string, value: string): unknown;
  write(chunk: string | Uint8Array): boolean;
  end(body?: string | Uint8Array, closeConnection?: boolean): unknown;
  close(): unknown;
  cork(callback: () => void): unknown;
  onAborted(callback: () => void): unknown;
  onData(callback: (chunk: ArrayBuffer, isLast: boolean) => void): unknown;
  getRemoteAddressAsText(): ArrayBuffer;
  upgrade(userData: object, key: string, protocol: string, extensions: string, context: object): unknown;
}

export interface UwsWebSocket {
  getUserData(): object;
  /** 1: sent, 0: buffered, 2: dropped for exceeding `maxBackpressure` */
  send(data: string | Uint8Array, isBinary: boolean, compress: boolean): number;
  getBufferedAmount(): number;
  cork(callback: () => void): unknown;
  /** Says that the connection ends, behind what is buffered. */
  end(): void;
  /** Ends the connection at once. */
  close(): void;
}

export interface UwsBehavior {
  compression?: number;
  /** seconds */
  idleTimeout?: number;
  /** bytes */
  maxBackpressure?: number;
  /** bytes */
  maxPayloadLength?: number;
  upgrade(res: UwsHttpResponse, req: UwsHttpRequest, context: object): void;
  open(ws: UwsWebSocket): void;
  message(ws: UwsWebSocket, message: ArrayBuffer, isBinary: boolean): void;
  drain(ws: UwsWebSocket): void;
  close(ws: UwsWebSocket): void;
}

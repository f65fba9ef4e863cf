import type { IncomingMessage } from "node:http";

/** Where an engine session delivers. Called synchronously, in wire order. */
export interface SessionSink {
  onMessage(data: string | Buffer): void;
  onClose(reason: string, description?: unknown): void;
}

/** A message encoded once for many recipients; made by the adapter, understood by the engine. */
export interface Prepared {
  readonly data: string | Buffer;
}

/** What the server needs of a session of any engine: also of one given to `io.bind` that is not ours. */
export interface EngineSession {
  readonly id: string;
  /** Revision of the Engine.IO protocol: 3 or 4. */
  readonly protocol: number;
  readonly readyState: string;
  readonly request: IncomingMessage;
  readonly remoteAddress: string;
  readonly transport: { readonly name: string; readonly writable: boolean };
  write(data: unknown, options?: object): unknown;
  close(discard?: boolean): unknown;
  on(event: string, listener: (...args: never[]) => void): unknown;
  removeListener(event: string, listener: (...args: never[]) => void): unknown;
}

/** What our own engine offers beyond that: delivery and writing without events or objects in between. */
export interface DirectSession extends EngineSession {
  readonly bufferedAmount: number;
  setSink(sink: SessionSink | null): void;
  sendMessage(data: string | Buffer, compress: boolean): void;
  sendPrepared(message: Prepared, compress: boolean): void;
  /** True when the peer does not drain what it is sent. */
  isCongested(): boolean;
}

/** Tells whether a session can be driven directly. */
export function isDirect(session: EngineSession): session is DirectSession {
  const { setSink, sendMessage, sendPrepared, isCongested } = session as Partial<DirectSession>;
  return [setSink, sendMessage, sendPrepared, isCongested].every((method) => typeof method === "function");
}

/** What the server needs of an engine. */
export interface EngineServer {
  on(event: "connection", listener: (session: EngineSession) => void): unknown;
  close(): unknown;
}

/** Options handed on to the engine. */
export interface EngineOptions {
  maxHttpBufferSize: number;
  cors: unknown;
}

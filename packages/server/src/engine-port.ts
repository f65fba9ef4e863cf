import type { Socket as EngineSocket } from "@halyard/engine";
import type { IncomingMessage } from "node:http";
import type { Untyped } from "./typed-events.js";

/** What the server needs of a session of any engine: also of one given to `io.bind` that is not ours. */
export interface EngineSession {
  readonly id: string;
  /** Revision of the Engine.IO protocol: 3 or 4. */
  readonly protocol: number;
  readonly readyState: string;
  readonly request: IncomingMessage;
  readonly remoteAddress: string | undefined;
  readonly transport: { readonly name: string; readonly writable: boolean };
  write(data: unknown, options?: object): unknown;
  close(discard?: boolean): unknown;
  on(event: string, listener: (...args: Untyped[]) => void): unknown;
  removeListener(event: string, listener: (...args: Untyped[]) => void): unknown;
}

/** A session of our own engine: delivery and writing without events or objects in between. */
export type DirectSession = EngineSocket;

/** A message encoded once for many recipients; made by the adapter, understood by our engine. */
export type Prepared = Parameters<EngineSocket["sendPrepared"]>[0];

/** Tells whether a session can be driven directly. */
export function isDirect(session: EngineSession): session is DirectSession {
  const { setSink, sendMessage, sendPrepared, isCongested } = session as Partial<DirectSession>;
  return [setSink, sendMessage, sendPrepared, isCongested].every((method) => typeof method === "function");
}

/** What the server needs of an engine. */
export interface EngineServer {
  on(event: "connection", listener: (session: EngineSession) => void): unknown;
  close(): unknown;
  /** Refuses new sessions; engines of others have no such method. */
  stopAccepting?(): unknown;
}

/** The sessions of an engine by their id. Not all have them; types of others say that they are protected. */
interface SessionHolder {
  readonly clients?: Readonly<Record<string, Pick<EngineSession, "transport">>>;
}

/** Tells whether a session, with sockets or still without, will make further requests: HTTP long-polling. */
export function hasPollingSession(engine: EngineServer): boolean {
  const { clients = {} } = engine as EngineServer & SessionHolder;
  for (const id in clients) if (clients[id]?.transport.name === "polling") return true;
  return false;
}

/**
 * Refuses what was given as an engine and cannot be one.
 *
 * @throws TypeError for anything that has no events, and for engine.io 3: it speaks to clients of Socket.IO 2 only, and they
 *   would wait for ever
 */
export function assertEngine(engine: unknown): asserts engine is EngineServer {
  if (typeof engine !== "object" || engine === null || typeof Reflect.get(engine, "on") !== "function") {
    throw new TypeError(`io.bind() needs an engine, and got ${engine === null ? "null" : typeof engine}`);
  }
  // From version 4 on the options have a field of their own.
  if (!("opts" in engine) && "pingTimeout" in engine) {
    throw new TypeError("io.bind() was given an engine of engine.io 3 or older; 4 or later is needed");
  }
}

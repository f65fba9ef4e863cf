import { createServer, request, type IncomingHttpHeaders, type Server as HttpServer } from "node:http";
import { type AddressInfo, connect, type Socket as TcpSocket } from "node:net";
import { once } from "node:events";
import { WebSocket } from "@halyard/websocket";
import { afterEach } from "vitest";
import { type AttachOptions, Server, type ServerOptions, type Socket } from "../src/index.js";

/** An engine on a free port; closed after the test. */
export interface Running {
  readonly engine: Server;
  readonly http: HttpServer;
  readonly port: number;
  /** sessions, oldest first */
  readonly sessions: Socket[];
  /** `code name` of each connection_error */
  readonly refusals: string[];
}

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const cleanups: (() => void)[] = [];

afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

export async function start(
  options: ServerOptions & AttachOptions = {},
  http: HttpServer = appServer(),
): Promise<Running> {
  const engine = new Server(options);
  engine.attach(http, options);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  cleanups.push(() => {
    engine.close();
    http.close();
    http.closeAllConnections();
  });
  const running: Running = { engine, http, port: (http.address() as AddressInfo).port, sessions: [], refusals: [] };
  engine.on("connection", (session: Socket) => running.sessions.push(session));
  engine.on("connection_error", ({ code, context }) => running.refusals.push(`${code} ${context.name ?? ""}`.trim()));
  return running;
}

function appServer(): HttpServer {
  return createServer((_req, res) => {
    res.writeHead(404);
    res.end("app");
  });
}

export const POLLING = "/engine.io/?EIO=4&transport=polling";
export const WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";
export const UPGRADE_HEADERS = {
  Connection: "Upgrade",
  Upgrade: "websocket",
  "Sec-WebSocket-Version": "13",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
};

/** One HTTP request on a connection of its own; an upgrade is answered by its status, and cut. */
export function fetchRaw(
  { port }: Pick<Running, "port">,
  path: string,
  options: { method?: string; headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const { method = "GET", headers = {}, body } = options;
    const req = request({ port, host: "127.0.0.1", path, method, headers, agent: false }, (res) => {
      const chunks: Buffer[] = [];
      res.on("data", (chunk: Buffer) => chunks.push(chunk));
      res.on("error", reject);
      res.on("end", () =>
        resolve({ status: res.statusCode ?? 0, headers: res.headers, body: Buffer.concat(chunks).toString() }),
      );
    });
    req.on("upgrade", (res, socket) => {
      socket.destroy();
      resolve({ status: res.statusCode ?? 0, headers: res.headers, body: "" });
    });
    req.on("error", reject);
    req.end(body);
  });
}

/** Opens a session by polling. */
export async function openPolling(running: Pick<Running, "port">, query: string = POLLING): Promise<string> {
  const { body } = await fetchRaw(running, query);
  const sid = /"sid":"([^"]+)"/.exec(body)?.[1];
  if (sid === undefined) throw new Error(`no handshake: ${body}`);
  return sid;
}

/** The oldest session of a server. */
export function only(running: Running): Socket {
  return sessionAt(running, 0);
}

/** The newest session of a server. */
export function latest(running: Running): Socket {
  return sessionAt(running, -1);
}

function sessionAt({ sessions }: Running, index: number): Socket {
  const session = sessions.at(index);
  if (session === undefined) throw new Error("there is no session");
  return session;
}

/** A TCP connection for requests no HTTP client would send. */
export async function dial({ port }: Pick<Running, "port">): Promise<TcpSocket & { received(): string }> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  socket.on("data", (chunk: Buffer) => (text += chunk.toString("latin1")));
  socket.on("error", () => {});
  await once(socket, "connect");
  cleanups.push(() => socket.destroy());
  return Object.assign(socket, { received: () => text });
}

/** A websocket that records what it gets. */
export interface Peer {
  readonly socket: WebSocket;
  readonly messages: (string | Buffer)[];
  /** close code, once closed */
  readonly closed: Promise<number>;
  next(): Promise<string | Buffer>;
}

export async function openWebSocket({ port }: Pick<Running, "port">, path: string = WEBSOCKET): Promise<Peer> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
  cleanups.push(() => socket.terminate());
  const messages: (string | Buffer)[] = [];
  let seen = 0;
  socket.on("message", (data, isBinary) => {
    const bytes = Buffer.from(data as Buffer);
    messages.push(isBinary ? bytes : bytes.toString());
  });
  const closed = new Promise<number>((resolve) => socket.on("close", resolve));
  await once(socket, "open");
  return {
    socket,
    messages,
    closed,
    async next() {
      await until(() => messages.length > seen);
      return messages.at(seen++) ?? "";
    },
  };
}

/** Waits for a condition that the other side brings about. */
export async function until(isTrue: () => boolean): Promise<void> {
  const deadline = performance.now() + 15_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error("nothing happened in 15 s");
    await tick();
  }
}

export function tick(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}

/** Collects the messages of uncaught exceptions in place of the test runner, until the test is over. */
export function collectUncaught(): string[] {
  const messages: string[] = [];
  const collect = (error: Error): void => void messages.push(error.message);
  const others = process.listeners("uncaughtException");
  process.removeAllListeners("uncaughtException");
  process.on("uncaughtException", collect);
  cleanups.push(() => {
    process.removeListener("uncaughtException", collect);
    for (const listener of others) process.on("uncaughtException", listener);
  });
  return messages;
}

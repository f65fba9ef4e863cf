import { setTimeout as sleep } from "node:timers/promises";
import { Socket as PeerSocket } from "engine.io-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Socket } from "@halyard/client/engine";
import { EchoServer, next } from "../support/engine-server.js";

const EVENTS =
  "open handshake packet packetCreate data message drain flush heartbeat ping pong error upgrading upgrade upgradeError close".split(
    " ",
  );

interface EngineSocket {
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  once(event: string, listener: (...args: unknown[]) => void): unknown;
  send(data: unknown, ...rest: unknown[]): unknown;
  close(): unknown;
  binaryType: string;
  readonly transport: { readonly name: string };
  readonly writeBuffer: readonly unknown[];
}
type SocketClass = new (uri: string, options: object) => EngineSocket;

/** What a listener could tell from its arguments. */
function describeArgs(args: readonly unknown[]): string {
  return args
    .map((value) => {
      if (value instanceof Error) {
        const { message, type, code, description } = value as Error & Record<string, unknown>;
        return JSON.stringify({
          message,
          type,
          code,
          description: typeof description === "number" ? description : undefined,
        });
      }
      if (value instanceof ArrayBuffer) return `ArrayBuffer ${Buffer.from(value).toString("hex")}`;
      if (Buffer.isBuffer(value)) return `Buffer ${value.toString("hex")}`;
      if (typeof value !== "object" || value === null) return String(value);
      const { type, data, name, description, context, sid, ...rest } = value as Record<string, unknown>;
      const closeCode = (context as { code?: number } | undefined)?.code;
      const text = type === "open" ? "<handshake>" : Buffer.isBuffer(data) ? data.toString("hex") : data;
      if (typeof name === "string") return `transport ${name}`;
      return JSON.stringify({ type, text, description, closeCode, ...(sid ? rest : {}) });
    })
    .join(" ");
}

/** Runs a program with a client and returns what it heard. */
async function record(
  ctor: unknown,
  uri: string,
  options: object,
  program: (socket: EngineSocket) => Promise<unknown>,
): Promise<string[]> {
  const log: string[] = [];
  const socket = new (ctor as SocketClass)(uri, options);
  for (const event of EVENTS) socket.on(event, (...args) => log.push(`${event} ${describeArgs(args)}`.trim()));
  await program(socket);
  await sleep(60);
  socket.close();
  await sleep(60);
  return log;
}

describe("the events of engine.io-client, in its order", () => {
  let server: EchoServer;
  let uri: string;

  beforeEach(async () => {
    server = new EchoServer({ maxHttpBufferSize: 1000 });
    uri = await server.listen();
  });
  afterEach(() => server.close());

  const programs: Record<string, (socket: EngineSocket) => Promise<unknown>> = {
    "open, one message each way": async (socket) => {
      await next(socket, "open");
      socket.send("hello €");
      await next(socket, "message");
    },
    "messages before open": async (socket) => {
      socket.send("a");
      socket.send("b");
      await next(socket, "message");
    },
    "binary to buffers": async (socket) => {
      await next(socket, "open");
      socket.send(Buffer.from([1, 2, 3]));
      await next(socket, "message");
    },
    "binary to array buffers": async (socket) => {
      socket.binaryType = "arraybuffer";
      await next(socket, "open");
      socket.send(new Uint8Array([1, 2, 3]).buffer);
      await next(socket, "message");
    },
    "callback of send": async (socket) => {
      await next(socket, "open");
      await new Promise<void>((resolve) => socket.send("x", () => resolve()));
      await next(socket, "message");
    },
    "close by the server": async (socket) => {
      await next(socket, "open");
      await sleep(20);
      server.sessions[0]?.close();
      await next(socket, "close");
    },
    "send and close at once": async (socket) => {
      await next(socket, "open");
      socket.send("quiet");
      socket.close();
      socket.send("ignored");
      await next(socket, "close");
    },
    "a message above maxPayload": async (socket) => {
      await next(socket, "open");
      socket.send("x".repeat(1001));
      await next(socket, "close");
    },
  };
  const transports = ["polling", "websocket"];
  const rows = Object.entries(programs).flatMap(([title, program]) =>
    transports.map((name) => [name, title, program] as const),
  );

  it.each(rows)("%s: %s", async (transport, _title, program) => {
    const expected = await record(PeerSocket, uri, { transports: [transport] }, program);
    server.sessions.length = 0;
    const actual = await record(Socket, uri, { transports: [transport] }, program);
    expect(expected).toContain("open");
    // Over HTTP the answer to a POST and what a poll brings race each other.
    const isDrain = (line: string): boolean => transport === "polling" && line === "drain";
    expect(actual.filter((line) => !isDrain(line))).toEqual(expected.filter((line) => !isDrain(line)));
    expect(actual.filter(isDrain)).toHaveLength(expected.filter(isDrain).length);
  });

  it.each([
    ["polling", { transports: ["polling"], query: { sid: "abc" } }],
    ["websocket", { transports: ["websocket"], query: { sid: "abc" } }],
    ["no transport", { transports: [] }],
  ])("refused: %s", async (_title, options) => {
    const wait = (socket: EngineSocket): Promise<unknown> => Promise.race([next(socket, "close"), sleep(100)]);
    expect(await record(Socket, uri, options, wait)).toEqual(await record(PeerSocket, uri, options, wait));
  });

  it("upgrade", async () => {
    const upgrade = async (socket: EngineSocket): Promise<void> => {
      await next(socket, "upgrade");
      socket.send("over websocket");
      await next(socket, "message");
    };
    const expected = await record(PeerSocket, uri, {}, upgrade);
    expect(await record(Socket, uri, {}, upgrade)).toEqual(expected);
  });

  it("ping", async () => {
    await server.close();
    server = new EchoServer({ pingInterval: 50 });
    uri = await server.listen();
    const wait = (socket: EngineSocket): Promise<unknown> => next(socket, "pong");
    const options = { transports: ["websocket"] };
    const expected = await record(PeerSocket, uri, options, wait);
    const actual = await record(Socket, uri, options, wait);
    const first = (log: string[]): string[] => log.slice(0, log.indexOf("drain") + 1);
    expect(first(expected)).toContain("pong");
    expect(first(actual)).toEqual(first(expected));
  });
});

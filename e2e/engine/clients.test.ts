import { once } from "node:events";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket as Session } from "@halyard/engine";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

/** What every version of the client has. */
interface Client {
  readonly id: string;
  readonly transport: { readonly name: string; readonly ws?: { readonly extensions: string } };
  binaryType: string;
  on(event: string, listener: (...args: unknown[]) => void): unknown;
  once(event: string, listener: (...args: unknown[]) => void): unknown;
  send(data: unknown, options?: { compress?: boolean }): unknown;
  close(): unknown;
}
type ClientClass = new (uri: string, options: object) => Client;

const CLIENTS = [
  ["engine.io-client 6.6.8", "engine.io-client", 4],
  ["engine.io-client 6.2.3", "engine.io-client-v6.2", 4],
  ["engine.io-client 4.1.4", "engine.io-client-v4", 4],
  ["engine.io-client 3.5.4", "engine.io-client-v3", 3],
  ["@halyard/client", "@halyard/client/engine", 4],
] as const;

async function load(specifier: string): Promise<ClientClass> {
  const namespace = (await import(specifier)) as { Socket?: ClientClass; default?: { Socket: ClientClass } };
  const Socket = namespace.Socket ?? namespace.default?.Socket;
  if (Socket === undefined) throw new Error(`${specifier} has no Socket`);
  return Socket;
}

function next(client: Client, event: string): Promise<unknown[]> {
  return new Promise((resolve) => client.once(event, (...args) => resolve(args)));
}

const MODES = {
  polling: { transports: ["polling"] },
  websocket: { transports: ["websocket"] },
  upgrade: { transports: ["polling", "websocket"] },
} as const;

const MESSAGES: [string, string | Buffer][] = [
  ["text", "hello"],
  ["text beyond ASCII", "água € 😀 \u2028"],
  ["digits and colons", "12:4a3:bcd"],
  ["a long text", "Ω".repeat(50_000)],
  ["binary", Buffer.from([0, 1, 4, 127, 128, 255])],
  ["long binary", Buffer.alloc(100_000, "0123456789")],
];

/** Short enough to be printed. */
function digest(data: unknown): string {
  if (Buffer.isBuffer(data)) return `${data.length} bytes ${data.toString("hex", 0, 20)}`;
  return typeof data === "string" ? `${data.length} characters ${data.slice(0, 20)}` : typeof data;
}

describe.each(CLIENTS)("%s", (_name, specifier, revision) => {
  let http: HttpServer;
  let engine: Server;
  let uri: string;
  let Socket: ClientClass;
  const sessions = new Map<string, Session>();

  beforeAll(async () => {
    Socket = await load(specifier);
    http = createServer();
    engine = new Server({
      allowEIO3: true,
      perMessageDeflate: { threshold: 0 },
      pingInterval: 200,
      pingTimeout: 5_000,
    });
    engine.attach(http);
    engine.on("connection", (session: Session) => {
      sessions.set(session.id, session);
      session.on("message", (data: string | Buffer) => session.send(data));
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    uri = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    engine.close();
    http.closeAllConnections();
    http.close();
    await once(http, "close");
  });

  async function open(options: object): Promise<{ client: Client; session: Session }> {
    const client = new Socket(uri, options);
    await next(client, "open");
    const session = sessions.get(client.id);
    if (session === undefined) throw new Error(`no session ${client.id}`);
    return { client, session };
  }

  describe.each(Object.entries(MODES))("by %s", (mode, options) => {
    it("gets back what it sends, in order, and closes", async () => {
      const { client, session } = await open(options);
      const received: unknown[] = [];
      const all = new Promise<void>((resolve) =>
        client.on("message", (data) => {
          received.push(data);
          if (received.length === MESSAGES.length) resolve();
        }),
      );
      for (const [, data] of MESSAGES) client.send(data); // during the upgrade, where there is one
      await all;
      expect(received.map(digest)).toEqual(MESSAGES.map(([, data]) => digest(data)));
      if (mode === "upgrade" && client.transport.name !== "websocket") await next(client, "upgrade");
      expect([client.transport.name, session.protocol]).toEqual([mode === "upgrade" ? "websocket" : mode, revision]);
      const closed = once(session, "close");
      client.close();
      expect((await closed)[0]).toBe("transport close");
    });

    it("hears heartbeats, and that the server closes", async () => {
      const { client, session } = await open(options);
      let heartbeats = 0;
      await new Promise<void>((resolve) =>
        session.on("heartbeat", () => {
          heartbeats += 1;
          if (heartbeats === 2) resolve();
        }),
      );
      const closed = next(client, "close");
      session.close();
      expect((await closed)[0]).toBe("transport close");
      expect(engine.clients[client.id]).toBe(undefined);
    }, 60_000);
  });

  it("carries compressed messages by websocket", async () => {
    const { client } = await open({ transports: ["websocket"], perMessageDeflate: { threshold: 0 } });
    expect(String(client.transport.ws?.extensions)).toContain("permessage-deflate");
    for (const [, data] of MESSAGES) {
      client.send(data, { compress: true });
      expect(digest((await next(client, "message"))[0])).toBe(digest(data));
    }
    client.close();
  });

  it("exchanges ArrayBuffers when asked to", async () => {
    const { client } = await open({ transports: ["websocket"] });
    client.binaryType = "arraybuffer";
    client.send(new Uint8Array([1, 2, 3]).buffer);
    const [data] = await next(client, "message");
    expect(data).toBeInstanceOf(ArrayBuffer);
    expect([...new Uint8Array(data as ArrayBuffer)]).toEqual([1, 2, 3]);
    client.close();
  });
});

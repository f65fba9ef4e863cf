import { once } from "node:events";
import http from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { WebSocket as OurClient, WebSocketServer as OurServer } from "@halyard/websocket";
import { WebSocket as WsClient, WebSocketServer as WsServer, type ClientOptions } from "ws";
import { makeCertificates, type Certificates } from "./certificates.js";
import { ConnectProxy, proxyAgent } from "./connect-proxy.js";

/** The two libraries have one API; what a test uses of it is typed by ws. */
interface Library {
  readonly Client: new (url: string, options?: ClientOptions) => WsClient;
  readonly Server: typeof WsServer;
}
const ws: Library = { Client: WsClient, Server: WsServer };
const halyard = { Client: OurClient, Server: OurServer } as unknown as Library;

let certificates: Certificates;
const proxy = new ConnectProxy();
let proxyPort = 0;
beforeAll(async () => {
  certificates = makeCertificates();
  proxyPort = await proxy.listen();
});
afterAll(() => proxy.close());

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** An echo server; returns its port. */
async function serve(library: Library, isSecure: boolean, perMessageDeflate: boolean): Promise<number> {
  const server = isSecure ? https.createServer(certificates) : http.createServer();
  const wss = new library.Server({ server, perMessageDeflate });
  wss.on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    socket.on("ping", (data) => socket.send(`ping ${data}`));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const client of wss.clients) client.terminate();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

const noise = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (Math.imul(i, 2_654_435_761) >>> 13) & 0xff));
/** Small, empty, beyond ASCII, at the lengths where frames change, long enough for the thread pool, and what does not compress. */
const MESSAGES: readonly (string | Buffer)[] = [
  "hello",
  "",
  "Grüße, κόσμε 😀",
  "x".repeat(125),
  "x".repeat(126),
  JSON.stringify(Array.from({ length: 40 }, (_, i) => ({ id: i, name: `name ${i}` }))),
  "lorem ipsum dolor ".repeat(20_000),
  Buffer.alloc(0),
  Buffer.from([0, 1, 2, 255]),
  Buffer.alloc(65_535, 7),
  Buffer.alloc(65_536, 7),
  noise,
];

/** Sends all messages at once and expects them back in order, then pings and closes. */
async function exchange(socket: WsClient, deflates: boolean): Promise<void> {
  await once(socket, "open");
  expect(socket.extensions.includes("permessage-deflate")).toBe(deflates);
  const back: (string | Buffer)[] = [];
  const all = new Promise<void>((resolve) => {
    socket.on("message", (data: Buffer, isBinary) => {
      back.push(isBinary ? data : data.toString());
      if (back.length === MESSAGES.length + 1) resolve();
    });
  });
  for (const message of MESSAGES) socket.send(message);
  const pong = once(socket, "pong");
  socket.ping("hi");
  await all;
  expect((await pong)[0].toString()).toBe("hi");
  // A ping may overtake what waits for the deflater; the messages stay in order.
  const at = back.indexOf("ping hi");
  expect(at).toBeGreaterThanOrEqual(0);
  back.splice(at, 1);
  for (const [i, message] of MESSAGES.entries()) {
    const same = typeof message === "string" ? message === back[i] : message.equals(back[i] as Buffer);
    expect(same, `message ${i}`).toBe(true);
  }
  const closed = once(socket, "close");
  socket.close(4001, "done");
  const [code, reason] = await closed;
  expect([code, reason.toString()]).toEqual([4001, "done"]);
}

describe.each([
  ["ws client, our server", ws, halyard],
  ["our client, ws server", halyard, ws],
  ["our client, our server", halyard, halyard],
] as const)("%s", (_title, client, server) => {
  describe.each([
    ["plain", false],
    ["with permessage-deflate", true],
  ])("%s", (_kind, perMessageDeflate) => {
    it("over TCP", async () => {
      const port = await serve(server, false, perMessageDeflate);
      await exchange(new client.Client(`ws://127.0.0.1:${port}/`, { perMessageDeflate }), perMessageDeflate);
    });

    it("over TLS with a private CA", async () => {
      const port = await serve(server, true, perMessageDeflate);
      const options = { perMessageDeflate, ca: certificates.ca };
      await exchange(new client.Client(`wss://127.0.0.1:${port}/`, options), perMessageDeflate);
      await exchange(new client.Client(`wss://localhost:${port}/`, { ...options, family: 4 }), perMessageDeflate);
    });

    it.each([false, true])("through an HTTP proxy, TLS: %s", async (isSecure) => {
      const port = await serve(server, isSecure, perMessageDeflate);
      const before = proxy.tunnels;
      const agent = proxyAgent(proxyPort, isSecure, { ca: certificates.ca });
      await exchange(
        new client.Client(`${isSecure ? "wss" : "ws"}://localhost:${port}/`, { perMessageDeflate, agent }),
        perMessageDeflate,
      );
      expect(proxy.tunnels).toBe(before + 1);
    });
  });

  it("keeps contexts where both ask for it", async () => {
    const taken = { serverNoContextTakeover: false, clientNoContextTakeover: false };
    const httpServer = http.createServer();
    const wss = new server.Server({ server: httpServer, perMessageDeflate: { ...taken, threshold: 0 } });
    wss.on("connection", (socket) => socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary })));
    httpServer.listen(0, "127.0.0.1");
    await once(httpServer, "listening");
    cleanups.push(() => new Promise((resolve) => httpServer.close(resolve)));
    const { port } = httpServer.address() as AddressInfo;
    const socket = new client.Client(`ws://127.0.0.1:${port}/`, { perMessageDeflate: { ...taken, threshold: 0 } });
    const [[response]] = await Promise.all([once(socket, "upgrade"), once(socket, "open")]);
    expect(response.headers["sec-websocket-extensions"]).toMatch(/^permessage-deflate(?!.*no_context_takeover)/);
    for (let i = 0; i < 200; i++) {
      const text = `message ${i % 7} `.repeat((i * 37) % 900);
      socket.send(text);
      const [data] = await once(socket, "message");
      expect(data.toString() === text, `message ${i}`).toBe(true);
    }
    socket.close();
    await once(socket, "close");
  });
});

describe("our client and TLS", () => {
  it("does not speak to a server nobody vouches for", async () => {
    const port = await serve(halyard, true, false);
    const socket = new halyard.Client(`wss://127.0.0.1:${port}/`);
    const [error] = await once(socket, "error");
    expect(error).toMatchObject({ code: expect.stringMatching(/CERT|SELF_SIGNED|VERIFY/) });
  });
});

const BuiltIn = globalThis.WebSocket as typeof globalThis.WebSocket | undefined;
if (BuiltIn === undefined) console.log(`SKIP: Node ${process.version} has no WebSocket of its own (22 and later have)`);
else describe("Node's own WebSocket", () => speaksToOurServer(BuiltIn));

function speaksToOurServer(Client: typeof globalThis.WebSocket): void {
  it.each([false, true])("speaks to our server, permessage-deflate: %s", async (perMessageDeflate) => {
    const port = await serve(halyard, false, perMessageDeflate);
    const socket = new Client(`ws://127.0.0.1:${port}/`);
    socket.binaryType = "arraybuffer";
    await new Promise((resolve) => socket.addEventListener("open", resolve, { once: true }));
    expect(socket.extensions.includes("permessage-deflate")).toBe(perMessageDeflate);
    for (const message of MESSAGES) {
      socket.send(message as string | Buffer<ArrayBuffer>);
      const { data } = await new Promise<MessageEvent>((resolve) => {
        socket.addEventListener("message", resolve, { once: true });
      });
      const same = typeof message === "string" ? data === message : message.equals(Buffer.from(data as ArrayBuffer));
      expect(same).toBe(true);
    }
    const closed = new Promise<CloseEvent>((resolve) => socket.addEventListener("close", resolve, { once: true }));
    socket.close(4001, "done");
    expect(await closed).toMatchObject({ code: 4001, reason: "done" });
  });
}

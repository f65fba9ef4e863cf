import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { ServerOptions } from "../src/node/server-options.js";
import { WebSocketServer } from "../src/node/websocket-server.js";
import type { WebSocket } from "../src/node/websocket.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

/** An echo server on an HTTP server; what it accepts is in `accepted`. */
async function serve(
  options: Partial<ServerOptions> = {},
): Promise<{ port: number; wss: WebSocketServer; accepted: WebSocket[] }> {
  const server = createServer();
  const wss = new WebSocketServer({ server, ...options });
  const accepted: WebSocket[] = [];
  wss.on("connection", (socket) => {
    accepted.push(socket);
    socket.on("error", () => {}).on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const port = await listen(server);
  cleanups.unshift(() => accepted.forEach((socket) => socket.terminate()));
  return { port, wss, accepted };
}

const HEADERS: Readonly<Record<string, string>> = {
  Host: "127.0.0.1",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

/** A request head; null leaves a header out. */
function request(headers: Record<string, string | null> = {}, line = "GET / HTTP/1.1"): string {
  const fields = Object.entries({ ...HEADERS, ...headers }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  );
  return `${[line, ...fields].join("\r\n")}\r\n\r\n`;
}

function open(port: number): Socket {
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  socket.on("error", () => {});
  cleanups.unshift(() => socket.destroy());
  return socket;
}

/** Sends bytes and resolves with all that comes until `enough` is satisfied or the server ends the connection. */
async function answer(port: number, bytes: string, enough: (text: string) => boolean = () => false): Promise<string> {
  const socket = open(port);
  socket.write(bytes, "latin1");
  let text = "";
  for await (const chunk of socket) {
    text += (chunk as Buffer).toString("latin1");
    if (enough(text)) break;
  }
  socket.destroy();
  return text;
}

/** "hi" as a masked text frame, with a masking key of zeros, and its echo. */
const FRAME = "\x81\x82\0\0\0\0hi";
const ECHO = "\x81\x02hi";
const echoed = (text: string): boolean => text.endsWith(ECHO);

describe("opening handshake on a real server, RFC 6455 §4.2", () => {
  it.each<[string, string, number, string]>([
    ["POST", request({}, "POST / HTTP/1.1"), 405, "Invalid HTTP method"],
    ["HTTP/1.0", request({}, "GET / HTTP/1.0"), 400, "HTTP/1.1 or higher is required"],
    ["no Host", request({ Host: null }), 400, "Missing Host header"],
    ["another Upgrade", request({ Upgrade: "h2c" }), 400, "Invalid Upgrade header"],
    ["no key", request({ "Sec-WebSocket-Key": null }), 400, "Missing or invalid Sec-WebSocket-Key header"],
    [
      "two keys",
      request({ "sec-websocket-key": "AQIDBAUGBwgJCgsMDQ4PEA==" }),
      400,
      "Missing or invalid Sec-WebSocket-Key header",
    ],
    ["a body", request({ "Content-Length": "5" }), 400, "Unexpected request body"],
    [
      "a doubled subprotocol",
      request({ "Sec-WebSocket-Protocol": "a, a" }),
      400,
      "Invalid Sec-WebSocket-Protocol header",
    ],
    [
      "malformed extensions",
      request({ "Sec-WebSocket-Extensions": "a,,b" }),
      400,
      "Invalid or unacceptable Sec-WebSocket-Extensions header",
    ],
  ])("refuses %s with status and body, and ends the connection", async (_title, head, status, message) => {
    const { port } = await serve();
    const text = await answer(port, head);
    expect(text).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
    expect(text).toMatch(/\r\nConnection: close\r\n/);
    expect(text).toContain(`\r\nContent-Length: ${message.length}\r\n`);
    expect(text.endsWith(`\r\n\r\n${message}`)).toBe(true);
  });

  it("answers another version with 426 and the one it speaks", async () => {
    const { port } = await serve();
    const text = await answer(port, request({ "Sec-WebSocket-Version": "12" }));
    expect(text).toMatch(/^HTTP\/1\.1 426 Upgrade Required\r\n/);
    expect(text).toContain("\r\nSec-WebSocket-Version: 13\r\n");
    expect(text).toContain("\r\nConnection: Upgrade, close\r\n");
  });

  it("survives more headers than Node keeps (CVE-2024-37890), and headers that are too long", async () => {
    const { port } = await serve();
    const [line = "", ...rest] = request().split("\r\n");
    const many = Array.from({ length: 2100 }, (_, i) => `x${i.toString(36)}: x`);
    expect(await answer(port, [line, ...many, ...rest].join("\r\n"))).toMatch(/^HTTP\/1\.1 4/);
    expect(await answer(port, request({ "X-Big": "a".repeat(20_000) }))).toMatch(/^HTTP\/1\.1 431 /);
    expect(await answer(port, request() + FRAME, echoed)).toMatch(/^HTTP\/1\.1 101 /);
  });

  it("takes a frame in the segment of the request, and a request byte by byte", async () => {
    const { port } = await serve();
    expect(await answer(port, request() + FRAME, echoed)).toMatch(/^HTTP\/1\.1 101 /);
    const socket = open(port);
    socket.setNoDelay(true);
    for (const byte of request() + FRAME) {
      socket.write(byte, "latin1");
      await new Promise((resolve) => setImmediate(resolve));
    }
    let text = "";
    while (!echoed(text)) text += (await once(socket, "data"))[0].toString("latin1");
    expect(text).toMatch(/^HTTP\/1\.1 101 /);
  });

  it("drops a request that does not end", async () => {
    const server = createServer({ connectionsCheckingInterval: 20 });
    server.headersTimeout = 60;
    const wss = new WebSocketServer({ server });
    cleanups.push(() => wss.close());
    const port = await listen(server);
    expect(await answer(port, request().slice(0, 60))).toMatch(/^HTTP\/1\.1 408 /);
  });
});

describe("admission by the application", () => {
  it("sees the Origin, and refuses with its own status, headers and body", async () => {
    const origins: unknown[] = [];
    const { port } = await serve({
      verifyClient: (info, done) => {
        origins.push(info.origin, info.secure);
        done(false, 403, "not from there", { "X-Why": "origin" });
      },
    });
    const text = await answer(port, request({ Origin: "http://evil.example" }));
    expect(text).toMatch(/^HTTP\/1\.1 403 Forbidden\r\n[^]*\r\nX-Why: origin\r\n[^]*not from there$/);
    expect(origins).toEqual(["http://evil.example", false]);
  });

  it("survives a client that leaves meanwhile, by FIN or RST, and accepts nothing then", async () => {
    const answers: (() => void)[] = [];
    const { port, accepted } = await serve({ verifyClient: (_info, done) => void answers.push(() => done(true)) });
    const [fin, rst] = [open(port), open(port)];
    for (const socket of [fin, rst]) socket.write(request());
    await expect.poll(() => answers.length).toBe(2);
    fin.destroy();
    rst.resetAndDestroy();
    await new Promise((resolve) => setTimeout(resolve, 30));
    for (const done of answers) done();
    expect(accepted).toHaveLength(0);
  });

  it("bounds what a client sends meanwhile", async () => {
    const { port, accepted } = await serve({ admissionTimeout: 400, verifyClient: (_info, _done) => {} });
    const socket = open(port);
    socket.write(request());
    const part = Buffer.alloc(1024 * 1024);
    // A server that read all of this would drain every write.
    for (let i = 0; i < 64; i++) socket.write(part);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(socket.writableLength).toBeGreaterThan(16 * part.length);
    expect(accepted).toHaveLength(0);
  });

  it.each<[string, string, (offered: Set<string>) => string | false]>([
    ["the one it chooses", "b", () => "b"],
    ["none", "", () => false],
    ["none for one that was not offered", "", () => "z"],
  ])("chooses the subprotocol: %s", async (_title, chosen, handleProtocols) => {
    const { port } = await serve({ handleProtocols });
    const text = await answer(port, request({ "Sec-WebSocket-Protocol": "a, b" }) + FRAME, echoed);
    expect(/Sec-WebSocket-Protocol: (.*)\r\n/.exec(text)?.[1] ?? "").toBe(chosen);
  });

  it("prefers the first subprotocol, over several header lines", async () => {
    const { port } = await serve();
    const head = request({ "Sec-WebSocket-Protocol": "a", "sec-websocket-protocol": "b" });
    expect(await answer(port, head + FRAME, echoed)).toContain("\r\nSec-WebSocket-Protocol: a\r\n");
  });
});

describe("permessage-deflate on a real server", () => {
  it.each<[boolean, string, string]>([
    [false, "permessage-deflate", ""],
    [true, "permessage-deflate; unknown, x-other", ""],
    [
      true,
      "permessage-deflate; unknown, permessage-deflate; server_max_window_bits=10",
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover; server_max_window_bits=10",
    ],
  ])("enabled: %s, offered: %s", async (perMessageDeflate, offer, agreed) => {
    const { port } = await serve({ perMessageDeflate });
    const text = await answer(port, request({ "Sec-WebSocket-Extensions": offer }) + FRAME, echoed);
    expect(text).toMatch(/^HTTP\/1\.1 101 /);
    expect(/Sec-WebSocket-Extensions: (.*)\r\n/.exec(text)?.[1] ?? "").toBe(agreed);
  });
});

describe("the socket after the handshake", () => {
  it("does not keep the idle timeout of its HTTP server", async () => {
    const server = createServer();
    server.setTimeout(40);
    const wss = new WebSocketServer({ server });
    cleanups.push(() => wss.close());
    const accepted = once(wss, "connection");
    const port = await listen(server);
    const socket = open(port);
    socket.write(request());
    const [webSocket] = (await accepted) as [WebSocket];
    expect((webSocket._socket as Socket).timeout).toBe(0);
    webSocket.terminate();
  });
});

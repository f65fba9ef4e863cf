import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { ServerOptions } from "../src/node/server-options.js";
import { WebSocketServer } from "../src/node/websocket-server.js";
import { WebSocket } from "../src/node/websocket.js";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).toReversed()) close();
});

async function httpServer(): Promise<{ http: Server; port: number }> {
  const http = createServer((_request, response) => response.end("plain"));
  closers.push(() => {
    http.closeAllConnections();
    http.close();
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return { http, port: (http.address() as AddressInfo).port };
}

function webSocketServer(options: ServerOptions): WebSocketServer {
  const server = new WebSocketServer(options);
  closers.push(() => {
    for (const client of server.clients ?? []) client.terminate();
    server.close();
  });
  return server;
}

async function listening(options: ServerOptions = {}): Promise<{ server: WebSocketServer; port: number }> {
  const server = webSocketServer({ port: 0, host: "127.0.0.1", ...options });
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

const HANDSHAKE: Readonly<Record<string, string>> = {
  Host: "localhost",
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
  "Sec-WebSocket-Version": "13",
};

function ask(port: number, path = "/", headers: Record<string, string> = {}): Socket {
  const socket = connect(port, "127.0.0.1");
  closers.push(() => socket.destroy());
  socket.on("error", () => {});
  const lines = Object.entries({ ...HANDSHAKE, ...headers }).map(([name, value]) => `${name}: ${value}`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
  return socket;
}

/** The whole response of a refusal: it ends the connection. */
async function refusal(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}

async function firstLine(socket: Socket): Promise<string> {
  const [chunk] = (await once(socket, "data")) as [Buffer];
  return chunk.toString("latin1").split("\r\n")[0] ?? "";
}

describe("options", () => {
  it.each([undefined, {}, { port: 0, noServer: true }, { port: 0, server: createServer() }, { noServer: false }])(
    "need exactly one of port, server and noServer: %j",
    (options) => {
      const message = 'One and only one of the "port", "server", or "noServer" options must be specified';
      expect(() => new WebSocketServer(options as ServerOptions)).toThrow(new TypeError(message));
    },
  );

  it("take null for not given", () => {
    const server = webSocketServer({ noServer: true, port: null, server: null } as unknown as ServerOptions);
    expect(() => server.address()).toThrow('The server is operating in "noServer" mode');
  });

  it("show the path, which others may assign without effect", async () => {
    const { server, port } = await listening({ path: "/chat" });
    expect(server.path).toBe("/chat");
    server.path = "/other";
    expect(await refusal(ask(port, "/other"))).toContain("400 Bad Request");
  });

  it("keep no clients without clientTracking", async () => {
    const { server, port } = await listening({ clientTracking: false });
    expect(server.clients).toBeUndefined();
    const socket = ask(port).resume();
    const [peer] = (await once(server, "connection")) as [WebSocket];
    peer.terminate();
    await once(socket, "close");
  });

  it("may name a class of connections", async () => {
    class Mine extends WebSocket {}
    const { server, port } = await listening({ WebSocket: Mine });
    ask(port);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    expect(peer).toBeInstanceOf(Mine);
    expect(server.clients?.has(peer)).toBe(true);
  });
});

describe("a server of its own", () => {
  it("answers plain requests with 426 and what to upgrade to", async () => {
    const { port } = await listening();
    const [response] = (await once(httpRequest({ port, host: "127.0.0.1" }).end(), "response")) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(426);
    expect(response.headers.upgrade).toBe("websocket");
  });

  it("reports that it cannot listen", async () => {
    const { port } = await listening();
    const second = new WebSocketServer({ port, host: "127.0.0.1" });
    expect(await once(second, "error")).toMatchObject([{ code: "EADDRINUSE" }]);
  });

  it("calls back when it listens, and when it is closed", async () => {
    const listener = vi.fn();
    const server = new WebSocketServer({ port: 0 }, listener);
    await once(server, "listening");
    expect(listener).toHaveBeenCalledOnce();
    const order: string[] = [];
    server.on("close", () => order.push("event"));
    await new Promise<void>((resolve) => {
      server.close(() => order.push("first"));
      server.close(() => resolve());
    });
    expect(order).toEqual(["event", "first"]);
    expect(await new Promise((resolve) => server.close(resolve))).toMatchObject({
      message: "The server is not running",
    });
    server.close();
  });
});

describe("a server on an HTTP server", () => {
  it("shares it with others by path; 400 when none wants the request", async () => {
    const { http, port } = await httpServer();
    const a = webSocketServer({ server: http, path: "/a" });
    const b = webSocketServer({ server: http, path: "/b" });
    expect([a.path, b.path]).toEqual(["/a", "/b"]);
    for (const [server, path] of [
      [a, "/a?x=1"],
      [b, "/b"],
    ] as const) {
      ask(port, path);
      const [, request] = (await once(server, "connection")) as [WebSocket, IncomingMessage];
      expect(request.url).toBe(path);
    }
    expect(await refusal(ask(port, "/c"))).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n/);
  });

  it("leaves it alone when closed", async () => {
    const { http, port } = await httpServer();
    const before = http.listenerCount("error");
    const first = webSocketServer({ server: http, path: "/a" });
    const second = webSocketServer({ server: http });
    first.close();
    first.close();
    ask(port, "/a");
    const [peer] = (await once(second, "connection")) as [WebSocket];
    second.close();
    expect(http.listening).toBe(true);
    expect([http.listenerCount("upgrade"), http.listenerCount("error")]).toEqual([0, before]);
    peer.terminate();
    await once(second, "close");
  });

  it("passes on its events", async () => {
    const http = createServer();
    const server = webSocketServer({ server: http });
    const heard = once(server, "error");
    http.emit("error", new Error("of http"));
    expect(await heard).toMatchObject([{ message: "of http" }]);
    expect(server.address()).toBeNull();
  });

  it("survives a reset of a client it does not want", async () => {
    const { http, port } = await httpServer();
    webSocketServer({ server: http, path: "/a" });
    for (let count = 0; count < 20; count++) {
      const socket = ask(port, "/other");
      await once(socket, "connect");
      setImmediate(() => socket.resetAndDestroy());
    }
    expect(await refusal(ask(port, "/other"))).toContain("400");
  });
});

describe("RFC 6455 §4.2, the answer", () => {
  it("lets listeners add headers", async () => {
    const { server, port } = await listening();
    server.on("headers", (lines, request) => lines.push(`X-Path: ${request.url}`));
    const [chunk] = (await once(ask(port, "/p"), "data")) as [Buffer];
    expect(chunk.toString()).toContain("\r\nX-Path: /p\r\n");
  });

  it("is 500 when a listener adds a line that must not be sent", async () => {
    const { server, port } = await listening();
    server.on("headers", (lines) => lines.push("X-A: b\r\nSet-Cookie: c"));
    const response = await refusal(ask(port));
    expect(response).toMatch(/^HTTP\/1\.1 500 /);
    expect(response).not.toContain("Set-Cookie");
  });

  it.each([
    ["the first one offered", undefined, "a"],
    ["the one chosen", () => "b", "b"],
    ["none", () => false as const, undefined],
    ["none when the choice was not offered", () => "c", undefined],
  ])("has as subprotocol %s", async (_title, handleProtocols, expected) => {
    const { port } = await listening({ handleProtocols });
    const [chunk] = (await once(ask(port, "/", { "Sec-WebSocket-Protocol": "a, b" }), "data")) as [Buffer];
    expect(/Sec-WebSocket-Protocol: (.*)\r\n/.exec(chunk.toString())?.[1]).toBe(expected);
  });

  it("is a refusal for a broken request, which a listener may take over", async () => {
    const { server, port } = await listening();
    expect(await refusal(ask(port, "/", { "Sec-WebSocket-Version": "12" }))).toMatch(
      /^HTTP\/1\.1 426 .*Sec-WebSocket-Version: 13/s,
    );
    server.on("wsClientError", (error, socket: Duplex) => socket.end(`mine: ${error.message}`));
    expect(await refusal(ask(port, "/", { "Sec-WebSocket-Key": "short" }))).toBe(
      "mine: Missing or invalid Sec-WebSocket-Key header",
    );
  });
});

describe("verifyClient", () => {
  it("may answer at once", async () => {
    const { port } = await listening({
      verifyClient: (info: { origin: string | undefined; secure: boolean }) => info.origin === "good" && !info.secure,
    });
    expect(await refusal(ask(port, "/", { Origin: "bad" }))).toMatch(/^HTTP\/1\.1 401 Unauthorized\r\n/);
    expect(await firstLine(ask(port, "/", { Origin: "good" }))).toBe("HTTP/1.1 101 Switching Protocols");
  });

  it("may answer later, once", async () => {
    const { port } = await listening({
      verifyClient: (_info: unknown, done: (verified: boolean, code?: number) => void) =>
        void setTimeout(() => {
          done(true);
          done(false, 403);
        }, 5),
    });
    const socket = ask(port);
    expect(await firstLine(socket)).toBe("HTTP/1.1 101 Switching Protocols");
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(socket.destroyed).toBe(false);
  });

  it("may refuse with a status, a body and headers; not with headers that cannot be sent", async () => {
    const headers = [{ "Retry-After": 5, "X-List": ["a", "b"], "X-None": undefined }, { "X-Bad": "a\r\nb" }];
    const { port } = await listening({
      verifyClient: (
        _info: unknown,
        done: (verified: boolean, code: number, message: string, headers: object) => void,
      ) => done(false, 429, "slow down", headers.shift()!),
    });
    expect(await refusal(ask(port))).toMatch(
      /^HTTP\/1\.1 429 Too Many Requests\r\n.*Retry-After: 5\r\nX-List: a, b\r\n\r\nslow down$/s,
    );
    expect(await refusal(ask(port))).toMatch(/^HTTP\/1\.1 500 /);
  });

  it("refuses with 401 when it says 0 for a status", async () => {
    const { port } = await listening({
      verifyClient: (_info: unknown, done: (verified: boolean, code: number) => void) => done(false, 0),
    });
    expect(await refusal(ask(port))).toMatch(/^HTTP\/1\.1 401 /);
  });

  it("has a deadline: 503", async () => {
    const { port } = await listening({ verifyClient: (_info: unknown, _done: unknown) => {}, admissionTimeout: 10 });
    expect(await refusal(ask(port))).toMatch(/^HTTP\/1\.1 503 /);
  });

  it.each([
    ["FIN", (socket: Socket) => socket.end()],
    ["RST", (socket: Socket) => socket.resetAndDestroy()],
    ["a megabyte", (socket: Socket) => socket.write(Buffer.alloc(1024 * 1024))],
  ])("may be overtaken by %s of the client", async (_title, act) => {
    let answer: (verified: boolean) => void = () => {};
    const asked = vi.fn();
    const { server, port } = await listening({
      admissionTimeout: 0,
      verifyClient: (_info: unknown, done: (verified: boolean) => void) => {
        answer = done;
        asked();
      },
    });
    server.on("connection", (peer: WebSocket) => peer.on("error", () => {}));
    const socket = ask(port);
    await vi.waitFor(() => expect(asked).toHaveBeenCalled());
    act(socket);
    await new Promise((resolve) => setTimeout(resolve, 20));
    answer(true);
    socket.resume();
    await vi.waitFor(() => expect(server.clients?.size).toBe(0));
  });
});

describe("the socket", () => {
  it("inherits no timeout of HTTP", async () => {
    const { http, port } = await httpServer();
    http.setTimeout(10);
    const server = webSocketServer({ server: http });
    const client = ask(port);
    const closed = vi.fn();
    client.on("close", closed);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    expect((peer._socket as Socket).timeout).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 40));
    expect(closed).not.toHaveBeenCalled();
  });
});

describe("handleUpgrade", () => {
  async function manual(options: ServerOptions = {}): Promise<{
    server: WebSocketServer;
    port: number;
    upgrade: Promise<[IncomingMessage, Duplex, Buffer]>;
  }> {
    const { http, port } = await httpServer();
    const server = webSocketServer({ noServer: true, ...options });
    return { server, port, upgrade: once(http, "upgrade") as Promise<[IncomingMessage, Duplex, Buffer]> };
  }

  it("makes a connection of a request given by hand, once per socket", async () => {
    const { server, port, upgrade } = await manual();
    ask(port);
    const [request, socket, head] = await upgrade;
    const peer = await new Promise<WebSocket>((resolve) => server.handleUpgrade(request, socket, head, resolve));
    expect(peer.readyState).toBe(WebSocket.OPEN);
    expect(peer._socket).toBe(socket);
    expect(() => server.handleUpgrade(request, socket, head, () => {})).toThrow("more than once");
  });

  it("refuses other paths with 400", async () => {
    const { server, port, upgrade } = await manual({ path: "/only" });
    const client = ask(port, "/other");
    const [request, socket, head] = await upgrade;
    server.handleUpgrade(request, socket, head, () => expect.unreachable());
    expect(await refusal(client)).toMatch(/^HTTP\/1\.1 400 /);
  });

  it("refuses with 503 once the server is closing", async () => {
    const { server, port, upgrade } = await manual();
    const client = ask(port);
    const [request, socket, head] = await upgrade;
    server.close();
    server.handleUpgrade(request, socket, head, () => expect.unreachable());
    expect(await refusal(client)).toMatch(/^HTTP\/1\.1 503 /);
  });

  it("does nothing for a client that has gone", async () => {
    const { server, port, upgrade } = await manual();
    ask(port);
    const [request, socket, head] = await upgrade;
    socket.destroy();
    server.handleUpgrade(request, socket, head, () => expect.unreachable());
    delete request.headers.upgrade;
    server.handleUpgrade(request, socket, head, () => expect.unreachable());
  });
});

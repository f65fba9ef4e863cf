// What programs written for ws reach, beyond its documented API.
import { once } from "node:events";
import { openAsBlob } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { ClientRequest, createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { duplexPair } from "./duplex-pair.js";
import { afterEach, describe, expect, it } from "vitest";
import { Receiver } from "../src/node/receiver-compat.js";
import { kWebSocket } from "../src/node/traced-messages.js";
import { WebSocketServer } from "../src/node/websocket-server.js";
import { WebSocket, type ClientOptions } from "../src/node/websocket.js";
import type { ServerOptions } from "../src/node/server-options.js";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function listen(options: ServerOptions = {}): Promise<{ server: WebSocketServer; url: string }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1", ...options });
  cleanups.push(() => {
    for (const client of server.clients ?? []) client.terminate();
    server.close();
  });
  await once(server, "listening");
  return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` };
}

describe("a WebSocket, as ws has it", () => {
  it("shows its attributes and constants to for … in, on its own prototype", () => {
    const attributes = ["binaryType", "bufferedAmount", "extensions", "isPaused", "protocol", "readyState", "url"];
    const inherited = ["addEventListener", "removeEventListener", "onclose", "onerror", "onmessage", "onopen"];
    for (const name of [...attributes, ...inherited]) {
      expect(Object.getOwnPropertyDescriptor(WebSocket.prototype, name)).toMatchObject({
        configurable: true,
        enumerable: true,
      });
    }
    const constant = { configurable: false, enumerable: true, writable: false, value: 2 };
    expect(Object.getOwnPropertyDescriptor(WebSocket, "CLOSING")).toEqual(constant);
    expect(Object.getOwnPropertyDescriptor(WebSocket.prototype, "CLOSING")).toEqual(constant);
  });

  it("has the names of its extensions, its request and its limits", async () => {
    const { server, url } = await listen({ perMessageDeflate: true, maxPayload: 20_480 });
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const client = new WebSocket(url);
    expect(client._req).toBeInstanceOf(ClientRequest);
    expect(client._redirects).toBe(0);
    const [peer] = await connected;
    await once(client, "open");
    expect([client.extensions, peer.extensions]).toEqual(["permessage-deflate", "permessage-deflate"]);
    expect(peer._receiver).toEqual({
      _maxPayload: 20_480,
      _extensions: { "permessage-deflate": { _maxPayload: 20_480 } },
    });
    expect(client._receiver._maxPayload).toBe(100 * 1024 * 1024);
    expect(new WebSocket(null)._receiver._extensions).toEqual({});
    client.terminate();
    await once(client, "close");
    expect(client._req).toBeNull();
  });

  it("takes null for a subprotocol that is none", () => {
    expect(() => new WebSocket("ws://127.0.0.1/", null)).toThrow(SyntaxError);
  });

  it("sends nothing as an empty binary message", async () => {
    const { server, url } = await listen();
    const client = new WebSocket(url);
    const [peer] = (await once(server, "connection")) as [WebSocket];
    await once(client, "open");
    (client.send as () => void)();
    expect(await once(peer, "message")).toEqual([Buffer.alloc(0), true]);
  });

  it("speaks over any stream by setSocket, and can be closed without one", async () => {
    const [one, other] = duplexPair();
    const server = new WebSocket(null, undefined, { maxPayload: 5 });
    const client = new WebSocket(null, undefined, { isServer: false } as object);
    server.setSocket(one, Buffer.alloc(0));
    client.setSocket(other, Buffer.alloc(0), { maxPayload: 3 });
    server.send("abc");
    expect(String((await once(client, "message"))[0])).toBe("abc");
    server.send("abcd");
    const [[error], [code]] = await Promise.all([once(client, "error"), once(server, "close")]);
    expect(error).toMatchObject({ message: "Max payload size exceeded" });
    expect(code).toBe(1009);

    const never = new WebSocket(null);
    const closed = once(never, "close");
    never.emitClose();
    expect((await closed)[0]).toBe(1006);
  });

  it("takes timeout and Nagle's delay off what wraps a socket, too", () => {
    const [socket] = duplexPair();
    const calls: unknown[] = [];
    Object.assign(socket, {
      setTimeout: (delayMs: number) => calls.push(["timeout", delayMs]),
      setNoDelay: (isOn: boolean) => calls.push(["no delay", isOn]),
    });
    new WebSocket(null).setSocket(socket, Buffer.alloc(0));
    expect(calls).toEqual([
      ["timeout", 0],
      ["no delay", true],
    ]);
  });

  it("has sent the response of the handshake when its socket is reached for", async () => {
    const { server, url } = await listen();
    server.on("connection", (peer) => {
      peer.send("first");
      peer._socket?.write(Buffer.from("\x81\x06second", "latin1"));
    });
    const client = new WebSocket(url);
    const texts: string[] = [];
    await new Promise<void>((resolve) => {
      client.on("message", (data) => texts.push((data as Buffer).toString()) === 2 && resolve());
    });
    expect(texts).toEqual(["first", "second"]);
    client.terminate();
  });

  it("still has its socket when it is closed, and a listener says whose it was", async () => {
    const { server, url } = await listen();
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const client = new WebSocket(url);
    const [peer] = await connected;
    const socket = peer._socket as Socket;
    const told = new Promise((resolve) =>
      peer.on("close", () => resolve([peer._socket === socket, (peer._socket as Socket).bytesRead > 0])),
    );
    await once(client, "open");
    const closed = once(client, "close");
    client.close();
    expect(await told).toEqual([true, true]);
    await closed;
    expect(client._socket?.destroyed).toBe(true);
  });

  it("has no URL on a server", async () => {
    const { server, url } = await listen();
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const client = new WebSocket(url);
    await once(client, "open");
    expect([client.url, (await connected)[0].url]).toEqual([url, undefined]);
  });

  it("reports a send to a destroyed socket with the code of its stream", async () => {
    const { url } = await listen();
    const client = new WebSocket(url);
    await once(client, "open");
    client._socket?.destroy();
    const error = await new Promise((resolve) => client.send("x", resolve));
    expect(error).toMatchObject({ code: "ERR_STREAM_DESTROYED" });
  });

  it("leaves names to the application that are not those of ws", async () => {
    const { server, url } = await listen();
    const names = [
      "address",
      "closed",
      "deflate",
      "events",
      "form",
      "gate",
      "handler",
      "handshake",
      "limits",
      "outgoing",
    ];
    for (const name of [...names, "shell", "state", "track"]) Object.assign(server, { [name]: name });
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const client = new WebSocket(url);
    await once(client, "open");
    const [peer] = await connected;
    for (const name of [...names, "shell", "redirects", "connect", "add", "wrap"]) {
      Object.assign(client, { [name]: name });
      Object.assign(peer, { [name]: name });
    }
    const heard = new Promise((resolve) => (client.onmessage = ({ data }) => resolve(data)));
    peer.on("message", (data) => peer.send(data, { binary: false }));
    client.send("text");
    expect([await heard, client.url, peer.readyState]).toEqual(["text", url, WebSocket.OPEN]);
    client.close();
    await once(peer, "close");
    server.close();
    await once(server, "close");
  });

  it("leaves names to classes that extend it", async () => {
    class Named extends WebSocket {
      wasClean: unknown;
      constructor(...args: ConstructorParameters<typeof WebSocket>) {
        super(...args);
        this.wasClean = "mine";
      }
      attach(): never {
        throw new Error("not for the library to call");
      }
    }
    const { server, url } = await listen({ WebSocket: Named });
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const client = new Named(url);
    await once(client, "open");
    Object.assign((await connected)[0], { wasClean: 1, attach: 2 });
    const closed = new Promise((resolve) => (client.onclose = (event) => resolve(event.wasClean)));
    client.close();
    expect(await closed).toBe(true);
    expect(Object.keys(Object.getOwnPropertyDescriptors(WebSocket.prototype))).not.toContain("wasClean");
  });

  it("has events that can be turned into JSON", async () => {
    const socket = new WebSocket("ws://127.0.0.1:1");
    const event = await new Promise<{ target: unknown }>((resolve) => (socket.onerror = resolve));
    expect(JSON.parse(JSON.stringify(event))).toMatchObject({ type: "error" });
    expect(event.target).toBe(socket);
  });

  it.each<[string, object]>([
    ["origin is empty", { origin: "" }],
    ["origin is null", { origin: null }],
    ["hooks are null", { generateMask: null, finishRequest: null }],
    ["createConnection is undefined", { createConnection: undefined }],
    ["protocol, once an option, is there", { protocol: "mine" }],
    ["the options of http.request name another target", { socketPath: "/none", host: "none.invalid", path: "/none" }],
  ])("connects when %s", async (_title, options) => {
    const { server, url } = await listen();
    const connected = once(server, "connection") as Promise<[WebSocket, IncomingMessage]>;
    const client = new WebSocket(url, options);
    expect(client._req).toHaveProperty("agent", undefined); // a shared one could make it wait
    client.on("open", () => client.send("text"));
    const [peer, request] = await connected;
    const [data] = (await once(peer, "message")) as [Buffer];
    expect([String(data), request.url, request.headers.origin]).toEqual(["text", "/", undefined]);
  });

  it.each<[asked: string, ...unknown[]]>([
    ["a,b", { protocols: ["a", "b"] }],
    ["a", { protocols: "a" }],
    ["a", undefined, { protocols: "a" }],
    ["b", ["b"], { protocols: ["a"] }],
  ])("asks for the subprotocols %s, given by %j, %j", async (asked, ...args) => {
    const { server, url } = await listen();
    const connected = once(server, "connection") as Promise<[WebSocket, IncomingMessage]>;
    const client = new WebSocket(url, ...(args as [ClientOptions]));
    const [peer, request] = await connected;
    await once(client, "open");
    expect([request.headers["sec-websocket-protocol"], peer.protocol, client.protocol]).toEqual([
      asked,
      asked[0],
      asked[0],
    ]);
    expect(() => new WebSocket(url, { protocols: ["a", "a"] })).toThrow(SyntaxError);
  });

  it.each([5, true, Symbol.iterator])("takes %s for no subprotocol", (subprotocol) => {
    expect(() => new WebSocket("ws://127.0.0.1:1", subprotocol as unknown as string)).toThrow(SyntaxError);
  });

  it("shows what a server does by default in its options", () => {
    const server = new WebSocketServer({ noServer: true, maxPayload: undefined, autoPong: false });
    expect(server.options).toMatchObject({ autoPong: false, clientTracking: true, maxPayload: 100 * 1024 * 1024 });
    const untracked = new WebSocketServer({ noServer: 1, clientTracking: 0 } as object);
    expect(untracked.clients).toBeUndefined();
  });

  it("asks shouldHandle once for each request, and has no address once it is closed", async () => {
    const asked: unknown[] = [];
    class Server extends WebSocketServer {
      override shouldHandle(request: IncomingMessage): boolean {
        asked.push(request.url);
        return super.shouldHandle(request);
      }
    }
    const server = new Server({ port: 0, host: "127.0.0.1" });
    await once(server, "listening");
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}/a`);
    await once(client, "open");
    client.terminate();
    expect(asked).toEqual(["/a"]);
    server.close();
    expect(server.address()).toBeNull();
    await once(server, "close");
  });

  it("answers an upgrade that offers extensions without a value, and a refusal without words", async () => {
    const { url } = await listen({ verifyClient: ({ req }, done) => done(req.url === "/", 403, "") });
    const headers = { "Sec-WebSocket-Extensions": "" };
    const client = new WebSocket(url, { perMessageDeflate: false, headers });
    await once(client, "open");
    client.terminate();
    const refused = new WebSocket(`${url}no`);
    const [, response] = (await once(refused, "unexpected-response")) as [ClientRequest, IncomingMessage];
    expect(String(Buffer.concat(await response.toArray()))).toBe("Forbidden");
    refused.on("error", () => {}).terminate();
  });

  it("takes an empty Location for none", async () => {
    const http = createServer();
    http.on("upgrade", (_request, socket) =>
      socket.end("HTTP/1.1 302 Found\r\nLocation: \r\nContent-Length: 0\r\n\r\n"),
    );
    http.listen(0, "127.0.0.1");
    cleanups.push(() => http.close());
    await once(http, "listening");
    const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, { followRedirects: true });
    const [error] = (await once(client, "error")) as [Error];
    expect(error.message).toBe("Unexpected server response: 302");
  });

  it("sends a Blob as text, fragment, Ping and Pong", async () => {
    const { server, url } = await listen();
    const connected = once(server, "connection") as Promise<[WebSocket]>;
    const client = new WebSocket(url);
    await once(client, "open");
    const [peer] = await connected;
    const seen: unknown[] = [];
    peer.on("message", (data, isBinary) => seen.push([isBinary ? "binary" : "text", (data as Buffer).toString()]));
    peer.on("ping", (data) => seen.push(["ping", String(data)]));
    peer.on("pong", (data) => seen.push(["pong", String(data)]));
    client.send(new Blob(["whole"]), { binary: false });
    client.send(new Blob(["fr"]), { binary: false, fin: false });
    client.ping(new Blob(["p"]));
    client.send(new Blob(["ag"]), { fin: false });
    client.send("ment");
    client.pong(new Blob(["q"]));
    expect(() => client.ping(new Blob(["x".repeat(126)]))).toThrow(RangeError);
    client.close();
    await once(peer, "close");
    expect(seen).toEqual([
      ["text", "whole"],
      ["ping", "p"],
      ["text", "fragment"],
      ["pong", "q"],
    ]);
  });

  it("sends the Blob of another package", async () => {
    class Other {
      readonly [Symbol.toStringTag] = "Blob";
      readonly type = "";
      readonly size = 5;
      stream(): void {}
      arrayBuffer(): Promise<ArrayBuffer> {
        return new Blob(["other"]).arrayBuffer();
      }
    }
    const { server, url } = await listen();
    server.on("connection", (peer) => peer.send(new Other() as unknown as Blob));
    const client = new WebSocket(url);
    expect(await once(client, "message")).toEqual([Buffer.from("other"), true]);
  });

  it("gives a Ping that is too long to its callback once it is closed", async () => {
    const { url } = await listen();
    const client = new WebSocket(url);
    await once(client, "open");
    client.terminate();
    await once(client, "close");
    const error = await new Promise((resolve) => client.ping("x".repeat(200), false, resolve));
    expect(error).toMatchObject({ message: "WebSocket is not open: readyState 3 (CLOSED)" });
    expect(client.bufferedAmount).toBe(200);
  });

  it("has an error event, and ends, when a Blob cannot be read", async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "halyard-"));
    cleanups.push(() => rm(folder, { recursive: true }));
    const file = path.join(folder, "blob");
    await writeFile(file, "x".repeat(64));
    const blob = await openAsBlob(file);
    await writeFile(file, "x".repeat(32));
    const { server, url } = await listen();
    const client = new WebSocket(url);
    client.on("error", () => {}); // it may still be connecting at the end
    cleanups.push(() => client.terminate());
    const [peer] = (await once(server, "connection")) as [WebSocket];
    const errors: unknown[] = [];
    peer.on("error", (error) => errors.push(error));
    const failed = new Promise((resolve) => peer.send(blob, resolve));
    client.on("message", () => errors.push("a message that was sent behind it"));
    peer.send("behind it");
    expect(await new Promise((resolve) => peer.once("close", resolve))).toBe(1006);
    expect(errors).toEqual([await failed]);
    expect(errors[0]).toMatchObject({ name: "NotReadableError" });
  });

  it("releases the connection when it is closed after an unexpected response was read", async () => {
    const http = createServer();
    cleanups.push(() => http.close());
    const gone = new Promise((resolve) => {
      http.on("upgrade", (_request, socket) => {
        socket.on("end", () => resolve(socket.end())).on("error", () => {});
        socket.resume();
        socket.write("HTTP/1.1 502 Bad Gateway\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nfoo");
      });
    });
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}/`);
    client.on("error", () => {});
    client.on("unexpected-response", (_request, response) => response.resume().on("end", () => client.close()));
    await Promise.all([once(client, "close").catch(() => {}), gone]);
  });
});

describe("what programs replace", () => {
  async function connect(): Promise<[client: WebSocket, peer: WebSocket]> {
    const { server, url } = await listen();
    const client = new WebSocket(url);
    const [[peer]] = await Promise.all([once(server, "connection"), once(client, "open")]);
    return [client, peer as WebSocket];
  }

  it("is close(), which answers the peer's Close: it may answer otherwise", async () => {
    const [client, peer] = await connect();
    const calls: unknown[] = [];
    const close = client.close.bind(client);
    client.close = (code, reason) => {
      calls.push([code, String(reason), client._closeFrameReceived, client._closeFrameSent]);
      close(4002, "mine");
    };
    peer.close(4001, "theirs");
    const [received, answer] = await Promise.all([once(client, "close"), once(peer, "close")]);
    expect(calls).toEqual([[4001, "theirs", true, false]]);
    expect([received[0], String(received[1])]).toEqual([4001, "theirs"]);
    expect([answer[0], String(answer[1])]).toEqual([4002, "mine"]);
    expect([client._closeFrameReceived, client._closeFrameSent]).toEqual([true, true]);
  });

  it("is close(), without a code when the peer gave none; the Close is answered all the same", async () => {
    const [client, peer] = await connect();
    const calls: unknown[] = [];
    peer.close = (...status) => void calls.push(status);
    client.close();
    const [[code]] = await Promise.all([once(client, "close"), once(peer, "close")]);
    expect([code, calls]).toEqual([1005, [[]]]);
  });

  it("is close(), where the connection may be destroyed", async () => {
    const [client, peer] = await connect();
    client.close = () => client.terminate();
    peer.close(4001);
    const [[code]] = await Promise.all([once(peer, "close"), once(client, "close")]);
    expect(code).toBe(1006);
  });

  it("is how receivers are listened to: the messages of connections made later take that way", async () => {
    const { on } = Receiver.prototype; // oxlint-disable-line typescript/unbound-method -- put back below
    const seen: unknown[] = [];
    Receiver.prototype.on = function (this: Receiver, event: string, listener: (...args: unknown[]) => void) {
      return on.call(this, event, function (this: { [kWebSocket]?: WebSocket }, ...args) {
        const connection = this[kWebSocket];
        seen.push([...args, connection?._sender._socket === connection?._socket]);
        listener(...args);
      });
    };
    cleanups.push(() => (Receiver.prototype.on = on));
    const [client, peer] = await connect();
    client.send("text");
    const text = await once(peer, "message");
    client.send(Buffer.from("bytes"));
    const bytes = await once(peer, "message");
    expect(seen).toEqual([
      [...text, true],
      [...bytes, true],
    ]);
    client.terminate();
  });
});

describe("a WebSocketServer, as ws has it", () => {
  it("shows its HTTP server and its state, and says close each time it is closed", async () => {
    const { server } = await listen();
    expect(server._server?.address()).toEqual(server.address());
    expect(server._state).toBe(0);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    expect([server._state, server._server]).toEqual([2, null]);
    const again = once(server, "close");
    const error = await new Promise((resolve) => server.close(resolve));
    expect(error).toMatchObject({ message: "The server is not running" });
    await again;
  });

  it("calls the listener of its constructor before those of listening", async () => {
    const order: string[] = [];
    const server = new WebSocketServer({ port: 0, host: "127.0.0.1" }, () => order.push("constructor"));
    server.on("listening", () => order.push("event"));
    await once(server, "listening");
    expect(order).toEqual(["constructor", "event"]);
    server.close();
  });

  it("gives verifyClient the origin of version 8", async () => {
    const origins: unknown[] = [];
    const { url } = await listen({ verifyClient: ({ origin }) => origins.push(origin) > 0 });
    for (const protocolVersion of [8, 13]) {
      const client = new WebSocket(url, { protocolVersion, origin: `http://v${protocolVersion}.example` });
      await once(client, "open");
      client.terminate();
    }
    expect(origins).toEqual(["http://v8.example", "http://v13.example"]);
  });
});

import { once } from "node:events";
import { Agent, type IncomingMessage } from "node:http";
import { connect, type AddressInfo, type Socket as NetSocket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Fetch, NodeWebSocket, NodeXHR, Socket, SocketWithoutUpgrade, SocketWithUpgrade } from "@halyard/client/engine";
import type { SocketOptions } from "@halyard/client/engine";
import { EchoServer, next } from "../support/engine-server.js";

describe("options of the engine client", () => {
  let server: EchoServer;
  let uri: string;
  let requests: IncomingMessage[];
  const sockets: Socket[] = [];

  const open = (options: SocketOptions = {}): Socket => {
    const socket = new Socket(uri, options);
    sockets.push(socket);
    return socket;
  };

  beforeEach(async () => {
    server = new EchoServer({
      maxHttpBufferSize: 1000,
      allowRequest: (
        req: IncomingMessage & { _query: Record<string, string> },
        done: (e: unknown, ok: boolean) => void,
      ) => done(null, !req._query["deny"]),
    });
    requests = [];
    server.engine.on("initial_headers", (headers: Record<string, unknown>) => {
      headers["set-cookie"] = [
        "a=1; Path=/; HttpOnly",
        "b=2; Max-Age=1000",
        "c=3; max-age=0",
        "d=4; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
      ];
    });
    uri = await server.listen();
    server.http.prependListener("request", (request) => requests.push(request));
    server.http.prependListener("upgrade", (request) => requests.push(request));
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.close();
    await server.close();
  });

  it.each([
    ["NodeXHR", NodeXHR, "polling"],
    ["Fetch", Fetch, "polling"],
    ["NodeWebSocket", NodeWebSocket, "websocket"],
  ])("transports and transportImplementations take the class %s", async (_title, ctor, name) => {
    for (const options of [{ transports: [ctor] }, { transportImplementations: [ctor] }]) {
      const socket = open(options);
      await next(socket, "open");
      expect(socket.transport).toBeInstanceOf(ctor);
      expect(socket.transport.name).toBe(name);
      socket.send("€");
      expect(await next(socket, "message")).toEqual(["€"]);
      socket.send(Buffer.from([1, 2]));
      expect(await next(socket, "message")).toEqual([Buffer.from([1, 2])]);
    }
  });

  it("transports and transportImplementations together are refused", () => {
    expect(() => open({ transports: ["polling"], transportImplementations: [Fetch] })).toThrow(
      "specifying both 'transportImplementations' and 'transports' options is not supported",
    );
  });

  it("an unknown name that would be opened throws, one behind it does not", async () => {
    expect(() => open({ transports: ["constructor"] })).toThrow(new TypeError('unknown transport "constructor"'));
    const socket = open({ transports: ["polling", "flashsocket"] });
    await next(socket, "open");
  });

  it("options are left as they were", () => {
    const options = { transports: ["websocket", "polling"], query: { a: 1 } };
    open(options);
    expect(options).toEqual({ transports: ["websocket", "polling"], query: { a: 1 } });
  });

  it.each([
    [["websocket", "polling"], "websocket", "polling"],
    [["polling", "websocket"], "polling", "websocket"],
  ])("tryAllTransports %j", async (transports, denied, opened) => {
    const socket = open({ transports, tryAllTransports: true, transportOptions: { [denied]: { query: { deny: 1 } } } });
    await next(socket, "open");
    expect(socket.transport.name).toBe(opened);
  });

  it("without tryAllTransports the first failure is the end", async () => {
    const socket = open({
      transports: ["websocket", "polling"],
      transportOptions: { websocket: { query: { deny: 1 } } },
    });
    const [error] = await next(socket, "error");
    expect(error).toMatchObject({ message: "websocket error", type: "TransportError" });
  });

  it("rememberUpgrade begins with the WebSocket after a session that had one", async () => {
    await next(open(), "upgrade");
    expect(open({ rememberUpgrade: true }).transport.name).toBe("websocket");
    expect(open({ rememberUpgrade: false }).transport.name).toBe("polling");
  });

  it("upgrade: false stays with polling", async () => {
    const socket = open({ upgrade: false });
    await next(socket, "open");
    await sleep(50);
    expect(socket.transport.name).toBe("polling");
  });

  it("query reaches every request, the time stamp only polling", async () => {
    const socket = open({ query: { token: "a b" }, timestampParam: "stamp" });
    await next(socket, "upgrade");
    for (const { url } of requests) expect(url).toMatch(/^\/engine\.io\/\?token=a%20b&EIO=4&transport=/);
    expect(requests.filter(({ url }) => url?.includes("stamp=")).length).toBe(requests.length - 1);
  });

  it.each(["polling", "websocket"])("extraHeaders, %s", async (transport) => {
    const socket = open({ transports: [transport], extraHeaders: { "X-Token": "abc" } });
    await next(socket, "open");
    for (const { headers } of requests) expect(headers["x-token"]).toBe("abc");
  });

  it("withCredentials keeps live cookies for both transports", async () => {
    const socket = open({ withCredentials: true, extraHeaders: { Cookie: "own=0" } });
    await next(socket, "upgrade");
    expect(requests[0]?.headers.cookie).toBe("own=0");
    for (const { headers } of requests.slice(1)) expect(headers.cookie).toBe("own=0; a=1; b=2");
  });

  it("without withCredentials there are no cookies", async () => {
    await next(open(), "upgrade");
    for (const { headers } of requests) expect(headers.cookie).toBeUndefined();
  });

  it("cookies go along with fetch", async () => {
    const socket = open({ withCredentials: true, transports: [Fetch] });
    await next(socket, "open");
    await sleep(30);
    expect(requests.at(-1)?.headers.cookie).toMatch(/^a=1[;,] b=2$/);
  });

  it("an agent makes the connections of both transports", async () => {
    const { port } = server.http.address() as AddressInfo;
    let connections = 0;
    class OwnAgent extends Agent {
      override createConnection(): NetSocket {
        connections++;
        return connect(port, "127.0.0.1");
      }
    }
    const socket = new Socket("http://nowhere.invalid:80", { agent: new OwnAgent() });
    sockets.push(socket);
    await next(socket, "upgrade");
    expect(connections).toBeGreaterThanOrEqual(3);
  });

  it("forceBase64 sends binary as text over the WebSocket too", async () => {
    const socket = open({ transports: ["websocket"], forceBase64: true });
    await next(socket, "open");
    expect(requests[0]?.url).toContain("b64=1");
    socket.send(Buffer.from("abc"));
    expect(await next(socket, "message")).toEqual([Buffer.from("abc")]);
  });

  it("requestTimeout ends a request the server does not answer", async () => {
    server.http.removeAllListeners("request");
    const socket = open({ transports: ["polling"], requestTimeout: 50 });
    const [error] = await next(socket, "error");
    expect(error).toMatchObject({ message: "xhr poll error", description: 0 });
  });

  it("refuseOversized refuses locally, and the session lives", async () => {
    const socket = open({ transports: ["websocket"], refuseOversized: true });
    await next(socket, "open");
    const error = await new Promise((resolve) => socket.send("x".repeat(1000), resolve));
    expect(error).toEqual(new RangeError("message of 1001 bytes exceeds the maxPayload of the server, 1000 bytes"));
    const heard = next(socket, "error");
    socket.send(Buffer.alloc(1001));
    expect(((await heard)[0] as Error).message).toContain("message of 1001 bytes");
    socket.send("x".repeat(999));
    expect((await next(socket, "message"))[0]).toHaveLength(999);
    expect(socket.checkSize("x".repeat(999))).toBeNull();
  });

  it("polling bodies stay below maxPayload", async () => {
    const socket = open({ transports: ["polling"] });
    await next(socket, "open");
    const messages = [
      "a".repeat(990),
      "€".repeat(300),
      "b".repeat(90),
      "c".repeat(999),
      "😀".repeat(200),
      "d".repeat(300),
    ];
    for (const message of messages) socket.send(message);
    const got: unknown[] = [];
    await new Promise<void>((resolve) =>
      socket.on("message", (data: string) => got.push(data) === messages.length && resolve()),
    );
    expect(got).toEqual(messages);
  });

  it("SocketWithoutUpgrade and SocketWithUpgrade take transport classes", async () => {
    for (const ctor of [SocketWithoutUpgrade, SocketWithUpgrade]) {
      const socket = new ctor(uri, { transports: [NodeXHR, NodeWebSocket] });
      await next(socket, "open");
      await (ctor === SocketWithUpgrade ? next(socket, "upgrade") : sleep(150));
      expect(socket.transport.name).toBe(ctor === SocketWithUpgrade ? "websocket" : "polling");
      socket.close();
    }
  });

  it("a frozen timer is noticed before something is sent", async () => {
    const socket = open();
    expect(socket._hasPingExpired()).toBe(false);
    await next(socket, "open");
    expect(socket._hasPingExpired()).toBe(false);
    socket._pingTimeoutTime = Date.now() - 1;
    expect([socket._hasPingExpired(), socket._hasPingExpired()]).toEqual([true, true]);
    expect(await next(socket, "close")).toEqual(["ping timeout", undefined]);
  });

  it("no ping in time closes the session", async () => {
    const socket = open({ transports: ["websocket"] });
    socket.on("handshake", (data) => Object.assign(data, { pingInterval: 20, pingTimeout: 20 }));
    expect(await next(socket, "close")).toEqual(["ping timeout", undefined]);
  });

  it("uri of more than 8000 characters throws a string", () => {
    expect(() => new Socket("http://" + "x".repeat(8000))).toThrow("URI too long");
  });

  it("closing deferred by an upgrade", async () => {
    const socket = open();
    await next(socket, "upgrading");
    const order: string[] = [];
    for (const event of ["upgrade", "flush", "close"] as const) socket.on(event, () => order.push(event));
    socket.send("last");
    socket.close();
    socket.send("ignored");
    await next(socket, "close");
    expect(order).toEqual(["upgrade", "flush", "close"]);
    expect(socket.writeBuffer).toHaveLength(0);
    await once(server.sessions[0] as never, "close");
  });

  it("closing deferred by an upgrade that fails", async () => {
    const socket = open();
    const order: string[] = [];
    socket.on("upgradeError", (error) => order.push(error.message));
    socket.on("close", (reason) => order.push(reason));
    const [candidate] = await next(socket, "upgrading");
    socket.close();
    (candidate as { emit(event: string, error: Error): void }).emit("error", new Error("cut"));
    if (!order.includes("forced close")) await next(socket, "close");
    expect(order).toEqual(["probe error: Error: cut", "forced close"]);
  });
});

// Why a connection ended, or could not be made: what a program is told. Every row also holds for socket.io-client.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { openPacket, startEvil } from "../malicious-server/support.js";
import { CLIENTS, everywhere, Pair, pause, SERVERS, until, type Client, type ClientOptions } from "./support.js";

// Not that of node:events, which listens to "error" too: a client with such a listener refuses what is too large.
const next = (emitter: { once(event: string, listener: (...args: never[]) => void): unknown }, event: string) =>
  new Promise<unknown[]>((resolve) => emitter.once(event, (...args) => resolve(args)));

describe("disconnection", () => {
  /** The reason, and whether the client comes back by itself. */
  const lost = async (pair: Pair, act: (client: Client) => void): Promise<unknown> => {
    const client = await pair.connected();
    await until(() => pair.accepted.length === 1);
    const ended = next(client, "disconnect");
    act(client);
    return [(await ended)[0], client.active];
  };

  // By polling the next request may find the server gone, or be the one that is told.
  const withWebSocket = ["websocket", "upgrade"];
  everywhere(
    "by io.close()",
    ["transport close", true],
    (pair) => lost(pair, () => void pair.server.close()),
    {},
    withWebSocket,
  );
  everywhere("because the pings stop", ["ping timeout", true], async (pair) => {
    const client = await pair.client({ reconnectionDelay: 10_000 });
    client.connect();
    // The server pings later than the client is made to expect.
    client.io.engine.on("handshake", (data) => Object.assign(data, { pingInterval: 300, pingTimeout: 300 }));
    return [(await next(client, "disconnect"))[0], client.active];
  });
  everywhere("because a packet of the server makes no sense", ["parse error", true], (pair) =>
    lost(pair, () => (pair.socket.conn as unknown as { write(data: string): void }).write("9")),
  );
  everywhere("because a packet of the client makes no sense", ["transport close", true], (pair) =>
    lost(pair, (client) => (client.io.engine as unknown as { write(data: string): void }).write("9")),
  );
  everywhere(
    "because no namespace was joined in time",
    ["transport close"],
    async (pair) => {
      const client = await pair.client({ reconnection: false });
      const closed = next(client.io, "close");
      client.io.open();
      return (await closed).slice(0, 1);
    },
    { connectTimeout: 50 },
  );

  describe.each(Object.entries(CLIENTS))("%s", (_name, io) => {
    it.each([
      ["websocket", "transport close"],
      ["polling", "transport close"], // the end of the session comes with the waiting poll, before the 413 (engine.io 6.6.13)
    ])("by a message above maxHttpBufferSize, %s", async (transport, reason) => {
      const pair = new Pair(SERVERS["socket.io"]!, io, { transports: [transport] }, { maxHttpBufferSize: 1000 });
      const client = await pair.connected();
      const ended = next(client, "disconnect");
      client.emit("x", "y".repeat(2000));
      expect((await ended)[0]).toBe(reason);
    });

    it("because the line is cut", async () => {
      const pair = new Pair(SERVERS["halyard"]!, io, { transports: ["websocket"] });
      const client = await pair.connected();
      const ended = next(client, "disconnect");
      (pair.socket.request as { socket: { destroy(): void } }).socket.destroy();
      expect(await ended).toMatchObject(["transport close", { context: { code: 1006 } }]);
    });
  });
});

describe.each(Object.entries(CLIENTS))("connect_error of %s", (_name, io) => {
  const refused = async (uri: string, options: ClientOptions): Promise<{ error: Error; client: Client }> => {
    const client = io(uri, { forceNew: true, reconnectionDelay: 10_000, ...options });
    onTestFinished(() => void client.disconnect());
    const [error] = (await next(client, "connect_error")) as [Error];
    return { error, client };
  };
  const listen = async (status: number | null): Promise<string> => {
    const http = createServer((_request, response) => void (status && response.writeHead(status).end("no")));
    http.on("upgrade", (_request, socket) => {
      if (status) socket.end(`HTTP/1.1 ${status} x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`);
      else socket.on("error", () => {});
    });
    await once(http.listen(0, "127.0.0.1"), "listening");
    onTestFinished(() => (http.closeAllConnections(), void http.close()));
    return `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  };

  it("polling: the status, and the request", async () => {
    const { error, client } = await refused(await listen(503), { transports: ["polling"] });
    expect(error).toMatchObject({
      message: "xhr poll error",
      type: "TransportError",
      description: 503,
      context: { status: 503 },
    });
    expect(client.active).toBe(true);
  });

  it("polling: no server", async () => {
    const { error } = await refused("http://127.0.0.1:1", { transports: ["polling"] });
    expect(error).toMatchObject({ message: "xhr poll error", type: "TransportError", description: 0 });
  });

  it("websocket: the ErrorEvent", async () => {
    const { error, client } = await refused(await listen(400), { transports: ["websocket"] });
    expect(error).toMatchObject({ message: "websocket error", type: "TransportError" });
    const { description } = error as unknown as { description: { type: string; message: string } };
    expect([description.type, description.message]).toEqual(["error", "Unexpected server response: 400"]);
    expect(client.active).toBe(true);
  });

  it("no answer within the timeout", async () => {
    const { error, client } = await refused(await listen(null), { timeout: 50 });
    expect([error.message, client.active]).toEqual(["timeout", true]);
  });

  it("no transport", async () => {
    const { error, client } = await refused("http://127.0.0.1:1", { transports: [] });
    expect([error, client.active]).toEqual(["No transports available", true]);
  });

  it("a server of version 2", async () => {
    // It connects the namespace / by itself, and tells no id.
    const { uri } = await startEvil({ websocket: (ws) => (ws.send(openPacket()), ws.send("40")) });
    const { error } = await refused(uri, { transports: ["websocket"] });
    expect(error.message).toMatch(/^It seems you are trying to reach a Socket\.IO server in v2\.x with a v3\.x client/);
  });

  it("is told to the manager after the sockets", async () => {
    const client = io("http://127.0.0.1:1", { forceNew: true, autoConnect: false, reconnection: false });
    const log: string[] = [];
    client.connect();
    client.on("connect_error", () => log.push("connect_error"));
    client.io.on("error", () => log.push("error"));
    await until(() => log.length === 2);
    await pause(10);
    expect(log).toEqual(["connect_error", "error"]);
  });
});

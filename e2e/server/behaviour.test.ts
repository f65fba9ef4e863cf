import type { Socket } from "@halyard/server";
import type { Socket as ClientSocket } from "socket.io-client";
import { afterEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { Fixture, heard } from "./support.js";

let fixture: Fixture;
const start = async (options = {}): Promise<Fixture> => (fixture = await new Fixture(options).listen());
afterEach(() => fixture.close());

const reasonOf = async (emitter: Socket | ClientSocket): Promise<unknown> => (await heard(emitter, "disconnect"))[0];

describe("reasons of a disconnection, both sides", () => {
  const ENDS: [string, (socket: Socket, client: ClientSocket) => unknown, string, string, boolean][] = [
    ["client.disconnect()", (_s, c) => c.disconnect(), "client namespace disconnect", "io client disconnect", false],
    ["socket.disconnect()", (s) => s.disconnect(), "server namespace disconnect", "io server disconnect", false],
    [
      "socket.disconnect(true)",
      (s) => s.disconnect(true),
      "server namespace disconnect",
      "io server disconnect",
      false,
    ],
    ["client.io.engine.close()", (_s, c) => c.io.engine.close(), "transport close", "forced close", true],
    ["socket.conn.close()", (s) => s.conn.close(), "forced close", "transport close", true],
    ["io.close()", () => fixture.io.close(), "server shutting down", "transport close", true],
    [
      "disconnectSockets(true)",
      () => fixture.io.disconnectSockets(true),
      "server namespace disconnect",
      "io server disconnect",
      false,
    ],
    [
      "too many attachments",
      (_s, c) => c.emit("x", ...Array.from({ length: 11 }, () => Buffer.alloc(1))),
      "forced close",
      "transport close",
      true,
    ],
  ];
  const CASES = ["websocket", "polling"].flatMap((transport) =>
    ENDS.map(([title, end, server, client, isActive]) => [transport, title, end, server, client, isActive] as const),
  );

  it.each(CASES)("%s: %s", async (transport, _title, end, server, client, isActive) => {
    await start();
    const pair = await fixture.pair({ transports: [transport], reconnection: false });
    await new Promise((resolve) => setTimeout(resolve, 50)); // a poll is pending again
    const reasons = Promise.all([reasonOf(pair.socket), reasonOf(pair.client)]);
    void end(pair.socket, pair.client);
    expect(await reasons).toEqual([server, client]);
    expect(pair.client.active).toBe(isActive);
  });

  it("a message over maxHttpBufferSize", async () => {
    await start({ maxHttpBufferSize: 1000 });
    const { client, socket } = await fixture.pair({ transports: ["websocket"], reconnection: false });
    const ended = heard(socket, "disconnect");
    client.emit("x", "y".repeat(1000));
    const [reason, details] = (await ended) as [string, Error & { code: string }];
    expect(reason).toBe("transport error");
    expect(details).toBeInstanceOf(Error);
    expect(details.code).toBe("TRANSPORT_ERROR");
  });

  it("a client that answers no ping", async () => {
    await start({ pingInterval: 50, pingTimeout: 50 });
    const ws = new WebSocket(`${fixture.url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
    ws.on("open", () => ws.send("40"));
    const [socket] = (await heard(fixture.io, "connection")) as [Socket];
    expect(await reasonOf(socket)).toBe("ping timeout");
    ws.close();
  });
});

describe("order", () => {
  it("of events is kept through the upgrade, in both directions", async () => {
    await start();
    const received: number[] = [];
    fixture.io.on("connection", (socket) => {
      socket.on("n", (n: number) => {
        received.push(n);
        socket.emit("n", n);
      });
    });
    const client = fixture.client();
    const back: number[] = [];
    const all = new Promise((resolve) => {
      client.on("n", (n: number) => back.push(n) === 500 && resolve(null));
    });
    for (let n = 0; n < 500; n++) {
      client.emit("n", n);
      if (n % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    await all;
    const expected = Array.from({ length: 500 }, (_, n) => n);
    expect(received).toEqual(expected);
    expect(back).toEqual(expected);
  });

  it("of what a client emits before, while and after it connects", async () => {
    await start();
    const events: string[] = [];
    fixture.io.on("connection", (socket) => socket.onAny((event: string) => events.push(event)));
    const client = fixture.client("", { autoConnect: false });
    client.emit("before");
    client.on("connect", () => {
      client.emit("in connect");
      client.emit("last", () => {});
    });
    const connected = heard(client, "connect");
    client.connect();
    await connected;
    while (events.length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(events).toEqual(["before", "in connect", "last"]);
  });
});

describe("volatile", () => {
  it("lets the first of several packets of one callback pass, and reaches a healthy reader in each callback", async () => {
    await start();
    const { client, socket } = await fixture.pair({ transports: ["websocket"] });
    const got: unknown[] = [];
    client.on("v", (n) => got.push(n));
    await new Promise((resolve) => setTimeout(resolve, 20));
    for (let n = 0; n < 5; n++) {
      socket.volatile.emit("v", n);
      socket.volatile.emit("v", "second");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await socket
      .timeout(1000)
      .emitWithAck("done")
      .catch(() => {});
    expect(got).toEqual([0, 1, 2, 3, 4]);
  });

  it("reaches a healthy reader from behind an await, in listeners of connection and of events", async () => {
    await start();
    fixture.io.use((_socket, next) => next());
    fixture.io.on("connection", async (socket) => {
      socket.volatile.emit("v", "dropped, behind CONNECT");
      socket.use((_event, next) => next());
      socket.on("ask", async (answer: () => void) => {
        answer();
        await Promise.resolve();
        socket.volatile.emit("v", "event");
        await heard(socket, "done");
        socket.emit("v", "last");
      });
      await Promise.resolve();
      socket.volatile.emit("v", "connection");
    });
    const client = fixture.client("", { transports: ["websocket"] });
    const got: unknown[] = [];
    client.on("v", (what) => got.push(what));
    client.emit("ask", () => client.emit("done"));
    await expect.poll(() => got).toContain("last");
    expect(got).toEqual(["connection", "event", "last"]);
  });
});

describe("a request given up to save memory", () => {
  const giveUp = (conn: object): unknown => ((conn as { request: unknown }).request = null);

  it("when the connection begins: nothing is made up in its place", async () => {
    await start();
    fixture.io.engine.on("connection", giveUp);
    const { socket } = await fixture.pair({ transports: ["websocket"] });
    expect([socket.request, socket.conn.request]).toEqual([null, null]);
    expect(socket.handshake).toMatchObject({ headers: {}, url: undefined, query: {}, address: expect.any(String) });
  });

  it("when a socket has connected: its handshake stays", async () => {
    await start();
    fixture.io.on("connection", ({ conn }) => giveUp(conn));
    const { socket } = await fixture.pair({ transports: ["websocket"], query: { a: "1" } });
    expect(socket.request).toBeNull();
    expect(socket.handshake).toMatchObject({ secure: false, query: { a: "1" } });
    expect(socket.handshake.headers.host).toContain("127.0.0.1");
  });
});

describe("client bundles", () => {
  it("answers 304 to who has them, and the application answers the rest", async () => {
    await start();
    const first = await fetch(`${fixture.url}/socket.io/socket.io.min.js`);
    const etag = first.headers.get("etag") as string;
    expect(first.status).toBe(200);
    expect(first.headers.get("content-type")).toBe("application/javascript; charset=utf-8");
    expect(await first.text()).toContain("socket.io");
    expect(etag).toMatch(/^"\d+\.\d+\.\d+/);
    for (const tag of [etag, `W/${etag}`]) {
      const again = await fetch(`${fixture.url}/socket.io/socket.io.min.js`, { headers: { "if-none-match": tag } });
      expect(again.status).toBe(304);
    }
    const other = await fetch(`${fixture.url}/other`);
    expect([other.status, await other.text()]).toEqual([404, "application"]);
  });
});

import { createServer, type IncomingMessage, ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type EventEmitter, once } from "node:events";
import type { Socket as TcpSocket } from "node:net";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { type Middleware, Server, type Socket } from "../src/index.js";
import {
  POLLING,
  UPGRADE_HEADERS,
  WEBSOCKET,
  collectUncaught,
  dial,
  fetchRaw,
  only,
  openPolling,
  openWebSocket,
  start,
  until,
} from "./harness.js";
import { dialTls, PRESHARED } from "./preshared-tls.js";

const upgradeRequest = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: a\r\n${Object.entries(UPGRADE_HEADERS)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("")}\r\n`;

describe("refused upgrades", () => {
  it.each([
    ["an unknown transport", "/engine.io/?EIO=4&transport=tobi", '{"code":0,"message":"Transport unknown"}'],
    ["polling", POLLING, '{"code":3,"message":"Bad request"}'],
    ["an unknown sid", `${WEBSOCKET}&sid=abc`, '{"code":1,"message":"Session ID unknown"}'],
    ["__proto__ as sid", `${WEBSOCKET}&sid=__proto__`, '{"code":1,"message":"Session ID unknown"}'],
    ["what allowRequest denies", `${WEBSOCKET}&deny`, '{"code":4,"message":"no"}'],
    ["revision 3", "/engine.io/?EIO=3&transport=websocket", '{"code":5,"message":"Unsupported protocol version"}'],
  ])("%s: before the 101, with the body of polling", async (_title, path, body) => {
    const running = await start({ allowRequest: (req, fn) => fn("no", req.url?.includes("deny") !== true) });
    const reply = await fetchRaw(running, path, { headers: UPGRADE_HEADERS });
    expect(reply).toMatchObject({ status: 400, body });
    expect(reply.headers).toMatchObject({ connection: "close", "content-type": "application/json" });
    expect(running.refusals).toHaveLength(1);
  });

  it("another revision than the session's", async () => {
    const running = await start({ allowEIO3: true });
    const sid = await openPolling(running);
    const path = `/engine.io/?EIO=3&transport=websocket&sid=${sid}`;
    expect(await fetchRaw(running, path, { headers: UPGRADE_HEADERS })).toMatchObject({ status: 400 });
    expect(running.refusals).toEqual(["3 PROTOCOL_MISMATCH"]);
    expect(only(running).readyState).toBe("open");
  });

  it("without a key", async () => {
    const running = await start();
    const headers = { Connection: "Upgrade", Upgrade: "websocket" };
    expect((await fetchRaw(running, WEBSOCKET, { headers })).status).toBeGreaterThanOrEqual(400);
    expect(running.engine.clientsCount).toBe(0);
  });
});

describe("upgrade attempts that lead nowhere", () => {
  it.each([
    ["an upgrade packet before the probe", ["5"]],
    ["a message before the probe", ["4a"]],
    ["two probes", ["2probe", "2probe"]],
    ["a message before the upgrade packet", ["2probe", "4a"]],
    ["garbage", ["abc"]],
    ["a ping that is no probe", ["2"]],
  ])("%s", async (_title, packets) => {
    const running = await start();
    const sid = await openPolling(running);
    const peer = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    for (const packet of packets) peer.socket.send(packet);
    expect(await peer.closed).toBe(1005);
    expect(only(running)).toMatchObject({ readyState: "open", upgraded: false, upgrading: false });
    expect(only(running).transport.name).toBe("polling");
  });

  it("takes too long", async () => {
    const running = await start({ upgradeTimeout: 50 });
    const sid = await openPolling(running);
    const upgrading = once(only(running), "upgrading");
    const peer = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    peer.socket.send("2probe");
    const [candidate] = await upgrading;
    await once(candidate, "close");
    expect(await peer.closed).toBe(1005);
    expect(only(running).readyState).toBe("open");
  });

  it("a second candidate is closed, the first goes on", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const first = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    const second = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    expect(await second.closed).toBe(1005);
    first.socket.send("2probe");
    expect(await first.next()).toBe("3probe");
    first.socket.send("5");
    await until(() => only(running).upgraded);
  });

  it("may be tried again", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const first = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    first.socket.terminate();
    await until(() => !only(running).upgrading);
    const second = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    second.socket.send("2probe");
    expect(await second.next()).toBe("3probe");
    second.socket.send("5");
    await until(() => only(running).upgraded);
  });

  it("ends with its session", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const peer = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    peer.socket.send("2probe");
    await peer.next();
    only(running).close(true);
    expect(await peer.closed).toBe(1005);
  });
});

describe("switching", () => {
  it("answers the probe, frees the poll and moves what is queued", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const session = only(running);
    const log: string[] = [];
    session.on("upgrading", (transport) => log.push(`upgrading ${transport.name}`));
    session.on("upgrade", (transport) => log.push(`upgrade ${transport.name} ${session.transport.name}`));
    const poll = fetchRaw(running, `${POLLING}&sid=${sid}`);
    await until(() => session.transport.writable);
    const peer = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    peer.socket.send("2probe");
    expect(await peer.next()).toBe("3probe");
    expect((await poll).body).toBe("6");
    session.send("queued");
    peer.socket.send("5");
    expect(await peer.next()).toBe("4queued");
    expect(log).toEqual(["upgrading websocket", "upgrade websocket websocket"]);
    expect(session).toMatchObject({ upgraded: true, upgrading: false });
  });

  it.each([
    ["at once, three times", true, 3],
    ["as the clock says, behind that", false, 5],
  ])("frees polls that come after the probe: %s", async (_title, isClockStopped, polls) => {
    if (isClockStopped) vi.useFakeTimers({ toFake: ["setTimeout"] }); // the engine keeps the timers it was made under
    const starting = start();
    vi.useRealTimers();
    const running = await starting;
    const sid = await openPolling(running);
    const peer = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    peer.socket.send("2probe");
    await peer.next();
    for (let i = 0; i < polls; i++) {
      expect((await fetchRaw(running, `${POLLING}&sid=${sid}`)).body).toBe("6");
    }
  });

  it("runs callbacks of messages that left by polling meanwhile", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const poll = fetchRaw(running, `${POLLING}&sid=${sid}`);
    await until(() => only(running).transport.writable);
    let isSent = false;
    only(running).on("upgrading", () => only(running).send("a", () => (isSent = true)));
    const peer = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    peer.socket.send("2probe");
    expect((await poll).body).toBe("4a");
    await until(() => isSent);
  });
});

describe("connections that end at any moment", () => {
  it("survives resets while allowRequest decides", async () => {
    const pending: (() => void)[] = [];
    const running = await start({ allowRequest: (_req, fn) => void pending.push(() => fn(null, true)) });
    for (const request of [upgradeRequest(WEBSOCKET), `GET ${POLLING} HTTP/1.1\r\nHost: a\r\n\r\n`]) {
      const socket = await dial(running);
      socket.write(request);
      await until(() => pending.length > 0);
      socket.resetAndDestroy();
      await sleep(20);
      pending.pop()?.();
    }
    await sleep(20);
    expect(running.engine.clientsCount).toBe(0);
    expect(await fetchRaw(running, "/")).toMatchObject({ status: 404 });
  });

  it.each([
    ["our path", WEBSOCKET],
    ["a foreign path", "/foreign"],
  ])("survives resets right after the request on %s", async (_title, path) => {
    const running = await start({ destroyUpgradeTimeout: 10 });
    for (let i = 0; i < 5; i++) {
      const socket = await dial(running);
      socket.write(upgradeRequest(path));
      socket.resetAndDestroy();
    }
    await sleep(50);
    expect(running.engine.clientsCount).toBe(0);
  });

  it("closes the session of a poll that is cut", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const closed = once(only(running), "close");
    const socket = await dial(running);
    socket.write(`GET ${POLLING}&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\n`);
    await until(() => only(running).transport.writable);
    socket.destroy();
    const [reason, error] = await closed;
    expect([reason, error.message]).toEqual(["transport error", "poll connection closed prematurely"]);
  });

  it("closes the session of a POST that is cut", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const closed = once(only(running), "close");
    const socket = await dial(running);
    socket.write(`POST ${POLLING}&sid=${sid} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n4a`);
    await sleep(20);
    socket.destroy();
    const [reason, error] = await closed;
    expect([reason, error.message]).toEqual(["transport error", "data request connection closed prematurely"]);
  });

  it("cuts a POST that is under way when the session closes", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const socket = await dial(running);
    socket.write(`POST ${POLLING}&sid=${sid} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n4a`);
    await sleep(20);
    only(running).close(true);
    await once(socket, "close");
    expect(socket.received()).toMatch(/^HTTP\/1\.1 503 /);
  });

  it("handles two posts at once as an overlap", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const other = await openPolling(running);
    const socket = await dial(running);
    socket.write(`POST ${POLLING}&sid=${sid} HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\n4a`);
    await sleep(20);
    expect(await fetchRaw(running, `${POLLING}&sid=${sid}`, { method: "POST", body: "4b" })).toMatchObject({
      status: 400,
    });
    expect(only(running).readyState).toBe("closed");
    expect(running.engine.clients[other]?.readyState).toBe("open");
  });

  it("answers pipelined requests in order", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    only(running).on("message", (data) => only(running).send(data));
    const socket = await dial(running);
    const post = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n4a`;
    socket.write(`${post}GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    await once(socket, "close");
    expect(socket.received()).toMatch(/^HTTP\/1\.1 200 OK[^]*okHTTP\/1\.1 200 OK[^]*4a$/);
  });

  const post = (path: string, body: string): string =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  it("handles pipelined posts one after the other", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const messages: unknown[] = [];
    only(running).on("message", (data) => messages.push(data));
    const socket = await dial(running);
    const bodies = Array.from({ length: 50 }, (_, i) => `4${i}`);
    socket.write(bodies.map((body) => post(path, body)).join(""));
    await until(() => socket.received().split("ok").length > 50);
    expect(messages).toEqual(bodies.map((body) => body.slice(1)));
    expect(only(running).readyState).toBe("open");
  });

  it.each([
    ["a close packet", "1", /^HTTP\/1\.1 200 [^]*okHTTP\/1\.1 400 /],
    ["a body that cannot be read", "9", /^HTTP\/1\.1 400 [^]*HTTP\/1\.1 400 /],
  ])("refuses the posts that are pipelined behind %s", async (_title, first, expected) => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    await openPolling(running);
    const messages: unknown[] = [];
    only(running).on("message", (data) => messages.push(data));
    const socket = await dial(running);
    socket.write(post(path, first) + post(path, "4a") + post(path, "4b"));
    await until(() => expected.test(socket.received()));
    expect(messages).toEqual([]);
    expect(running.sessions.map((session) => session.readyState)).toEqual(["closed", "open"]);
  });

  it("ends one session for pipelined posts whose connection is cut", async () => {
    const running = await start();
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    const closed = once(only(running), "close");
    const socket = await dial(running);
    socket.write(post(path, "4a") + post(path, "4b") + post(path, "4c").slice(0, -1));
    await sleep(20);
    socket.resetAndDestroy();
    expect((await closed)[0]).toBe("transport error");
  });

  it.each([
    ["handshakes", `GET ${POLLING} HTTP/1.1\r\nHost: a\r\n\r\n`],
    ["polls", `GET ${POLLING}&sid=SID HTTP/1.1\r\nHost: a\r\n\r\n`],
    ["posts", post(`${POLLING}&sid=SID`, "4a")],
    ["refused posts", post(`${POLLING}&sid=abc`, "4a")],
    ["wrong methods", `PUT ${POLLING}&sid=SID HTTP/1.1\r\nHost: a\r\n\r\n`],
    ["offers of h2c", `GET ${POLLING} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`],
    ["requests of others", "GET /other HTTP/1.1\r\nHost: a\r\n\r\n"],
  ])("leaves no listener on a connection of 50 %s", async (_title, request) => {
    const running = await start({ allowRequest: (_req, fn) => void setImmediate(fn, null, true) });
    running.engine.use((_req, _res, next) => void setImmediate(next));
    const connected = once(running.http, "connection");
    const path = request.replace("SID", await openPolling(running));
    const session = only(running);
    await connected;
    const accepted = once(running.http, "connection");
    const socket = await dial(running);
    const [connection] = (await accepted) as [EventEmitter];
    const count = (): number =>
      connection.eventNames().reduce((sum, event) => sum + connection.listenerCount(event), 0);
    const before = count();
    for (let i = 1; i <= 50; i++) {
      session.send("a");
      socket.write(path);
      await until(() => socket.received().split("HTTP/1.1 ").length > i);
    }
    await until(() => count() <= before);
  });
});

describe("upgrades that are not ours", () => {
  it("ends those nobody answers", async () => {
    const running = await start({ destroyUpgradeTimeout: 20 });
    const socket = await dial(running);
    socket.write("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: IRC/6.9\r\n\r\n");
    await once(socket, "end");
  });

  it("leaves them when told so", async () => {
    const running = await start({ destroyUpgrade: false, destroyUpgradeTimeout: 10 });
    const socket = await dial(running);
    let hasEnded = false;
    socket.on("end", () => (hasEnded = true));
    socket.write("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: IRC/6.9\r\n\r\n");
    await sleep(60);
    expect(hasEnded).toBe(false);
  });

  it("leaves those that somebody has answered", async () => {
    const running = await start({ destroyUpgradeTimeout: 20 });
    running.http.on("upgrade", (_req, socket) => void socket.write("foo"));
    const socket = await dial(running);
    let hasEnded = false;
    socket.on("end", () => (hasEnded = true));
    socket.write("GET / HTTP/1.1\r\nConnection: Upgrade\r\nUpgrade: IRC/6.9\r\n\r\n");
    await sleep(60);
    expect([hasEnded, socket.received()]).toEqual([false, "foo"]);
  });

  it.each([
    ["has read nothing yet", () => {}, ""],
    ["reads on", (socket: Duplex) => void socket.resume(), ""],
    ["reads on, behind another request", (socket: Duplex) => void socket.resume(), "GET / HTTP/1.1\r\nHost: a\r\n\r\n"],
  ])("leaves those that were answered before it was asked, by who %s", async (_title, take, before) => {
    const http = createServer((_req, res) => res.end());
    http.on("upgrade", (_req, socket) => {
      socket.write("foo");
      take(socket);
    });
    const running = await start({ destroyUpgradeTimeout: 20 }, http);
    const socket = await dial(running);
    let hasEnded = false;
    socket.on("end", () => (hasEnded = true));
    if (before !== "") {
      socket.write(before);
      await until(() => socket.received().includes("200"));
    }
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: IRC/6.9\r\n\r\n");
    await sleep(60);
    expect([hasEnded, socket.received().endsWith("foo")]).toEqual([false, true]);
  });

  it("leaves those that somebody answers behind another request, and does not read", async () => {
    const running = await start({ destroyUpgradeTimeout: 20 });
    running.http.on("upgrade", (_req, socket) => setImmediate(() => socket.write("foo")));
    const socket = await dial(running);
    let hasEnded = false;
    socket.on("end", () => (hasEnded = true));
    socket.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    await until(() => socket.received().includes("app"));
    socket.write("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: IRC/6.9\r\n\r\n");
    await sleep(60);
    expect([hasEnded, socket.received().endsWith("foo")]).toEqual([false, true]);
  });

  it("leaves those of another engine on the same HTTP server", async () => {
    const running = await start({ destroyUpgradeTimeout: 20 });
    const second = new Server();
    second.attach(running.http, { path: "/second", destroyUpgradeTimeout: 20 });
    const peers = await Promise.all([
      openWebSocket(running),
      openWebSocket(running, WEBSOCKET.replace("engine.io", "second")),
    ]);
    await sleep(60);
    expect(peers.map(({ socket }) => socket.readyState)).toEqual([1, 1]);
    second.close();
  });

  const POST = `POST ${POLLING}&sid=SID HTTP/1.1\r\nContent-Length: 2`;
  it.each([
    ["a handshake", `GET ${POLLING} HTTP/1.1`, [], /^HTTP\/1\.1 200 OK[^]*0\{"sid"/],
    ["a POST with a body", POST, ["4a"], /^HTTP\/1\.1 200 OK[^]*ok$/],
    ["a POST whose body comes in parts", POST, ["4", "a"], /^HTTP\/1\.1 200 OK[^]*ok$/],
  ])("ignores an offered h2c: %s", async (_title, head, [body = "", ...rest], expected) => {
    const running = await start();
    const sid = await openPolling(running);
    const socket = await dial(running);
    const offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__";
    socket.write(`${head.replace("SID", sid)}\r\nHost: a\r\n${offer}\r\n\r\n${body}`);
    for (const part of rest) {
      await sleep(20);
      socket.write(part);
    }
    await until(() => expected.test(socket.received()));
  });

  it("ignores offers again and again on one connection, and keeps no listener of each", async () => {
    const running = await start();
    const socket = await dial(running);
    const served: TcpSocket[] = [];
    running.http.on("connection", (connection: TcpSocket) => served.push(connection));
    const offer = `GET ${POLLING} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`;
    for (let replies = 1; replies <= 30; replies++) {
      socket.write(offer);
      await until(() => socket.received().split('"sid"').length > replies);
    }
    const listeners = served[0]?.eventNames().map((name) => served[0]?.listenerCount(name) ?? 0) ?? [];
    expect(Math.max(...listeners)).toBeLessThan(5);
  });
});

describe("upgrades behind a request that is answered at once, in the same segment", () => {
  const open = { cors: { origin: "*" } };

  it.each([
    ["the application's", "/", 404, {}],
    ["the application's, with cors", "/", 404, open],
    ["one that is refused", `${POLLING}&sid=none`, 400, {}],
    ["one that is refused, with cors", `${POLLING}&sid=none`, 400, open],
  ] as const)("are served: %s", async (_title, path, status, option) => {
    const uncaught = collectUncaught();
    const running = await start(option);
    const socket = await dial(running);
    socket.write(`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n${upgradeRequest(WEBSOCKET)}`);
    await until(() => socket.received().includes('"sid"') || uncaught.length > 0);
    expect(socket.received()).toMatch(new RegExp(`^HTTP/1.1 ${status} [^]*HTTP/1.1 101 `));
    expect(uncaught).toEqual([]);
    await sleep(5);
    expect((only(running).transport as unknown as { socket: { _socket: TcpSocket } }).socket._socket.timeout).toBe(0);
  });

  it.each([
    ["a handshake", POLLING],
    ["a handshake, with cors", POLLING, open],
  ] as const)("are served behind several, in order: %s", async (_title, path, option?: typeof open) => {
    const running = await start(option);
    const socket = await dial(running);
    socket.write(`${`GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`.repeat(3)}${upgradeRequest(WEBSOCKET)}`);
    await until(() => socket.received().split('"sid"').length > 4);
    expect(socket.received().match(/HTTP\/1.1 \d+|"upgrades":\[[^\]]/g)).toEqual([
      ...Array.from({ length: 3 }, () => ["HTTP/1.1 200", '"upgrades":["']).flat(),
      "HTTP/1.1 101",
    ]);
  });

  it("are served over TLS, which is slower to say that a reply has left", async () => {
    const running = await start({}, createSecureServer(PRESHARED));
    const line = dialTls(running.port);
    let received = "";
    line.on("data", (chunk: Buffer) => (received += chunk.toString("latin1")));
    await once(line, "secureConnect");
    line.write(`GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n${upgradeRequest(WEBSOCKET)}`);
    await until(() => received.includes('"sid"'));
    expect(received).toMatch(/^HTTP\/1.1 404 [^]*HTTP\/1.1 101 /);
    line.destroy();
  });

  it("are not, when that answer is the last one", async () => {
    const uncaught = collectUncaught();
    const running = await start({ cors: { origin: "*" } });
    const socket = await dial(running);
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n${upgradeRequest(WEBSOCKET)}`);
    await once(socket, "close");
    expect(socket.received().split("HTTP/1.1 ")).toHaveLength(2);
    expect(uncaught).toEqual([]);
  });

  it("are ignored as offers of another protocol", async () => {
    const running = await start({ cors: { origin: "*" } });
    const socket = await dial(running);
    const offer = upgradeRequest(POLLING).replace("Upgrade: websocket", "Upgrade: h2c");
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\n\r\n${offer}`);
    await until(() => socket.received().includes('"sid"'));
    expect(socket.received()).toMatch(/^HTTP\/1.1 404 [^]*HTTP\/1.1 200 /);
  });
});

describe("upgrades behind a request that waits for its reply", () => {
  it.each([
    ["to a websocket", `GET ${WEBSOCKET}`, "websocket"],
    ["to h2c", `GET ${POLLING}`, "h2c"],
  ])("end the connection: %s", async (_title, line, protocol) => {
    const running = await start();
    const sid = await openPolling(running);
    const socket = await dial(running);
    const headers = Object.entries({ ...UPGRADE_HEADERS, Upgrade: protocol, Host: "a" });
    const upgrade = `${line} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
    socket.write(`GET ${POLLING}&sid=${sid} HTTP/1.1\r\nHost: a\r\n\r\n${upgrade}`);
    await once(socket, "end");
    expect(socket.received()).toBe("");
    expect(running.sessions).toHaveLength(1);
  });
});

describe("middlewares", () => {
  const on = async (...middlewares: Middleware[]): Promise<Awaited<ReturnType<typeof start>>> => {
    const running = await start();
    for (const middleware of middlewares) running.engine.use(middleware);
    return running;
  };
  const both = [
    ["polling", POLLING, {}],
    ["websocket", WEBSOCKET, UPGRADE_HEADERS],
  ] as const;

  it.each(both)("set headers: %s", async (_title, path, headers) => {
    const running = await on((_req, res, next) => {
      res.setHeader("foo", ["a", "b"]);
      res.appendHeader("bar", "c");
      res.setHeader("gone", "d");
      res.removeHeader("gone");
      next();
    });
    const reply = await fetchRaw(running, path, { headers });
    expect(reply.headers).toMatchObject({ foo: "a, b", bar: "c" });
    expect(reply.headers["gone"]).toBeUndefined();
    expect(reply.status).toBe(path === POLLING ? 200 : 101);
  });

  it.each(both)("give the response another prototype, as Express does: %s", async (_title, path, headers) => {
    const running = await on((_req, res, next) => {
      Object.setPrototypeOf(res, Object.create(ServerResponse.prototype) as object);
      res.setHeader("foo", "bar");
      next();
    });
    const reply = await fetchRaw(running, path, { headers });
    expect(reply).toMatchObject({ status: path === POLLING ? 200 : 101, headers: { foo: "bar" } });
  });

  it("set headers whose names keep their form on a 101", async () => {
    const running = await on((_req, res, next) => {
      res.setHeader("X-Frame-Options", "DENY");
      res.appendHeader("x-FRAME-options", "SAMEORIGIN");
      res.appendHeader("X-One", "1");
      next();
    });
    const socket = await dial(running);
    const fields = Object.entries({ Host: "a", ...UPGRADE_HEADERS }).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`GET ${WEBSOCKET} HTTP/1.1\r\n${fields.join("")}\r\n`);
    await until(() => socket.received().includes("\r\n\r\n"));
    const lines = socket.received().split("\r\n");
    expect(lines).toEqual(expect.arrayContaining(["X-Frame-Options: DENY", "X-Frame-Options: SAMEORIGIN", "X-One: 1"]));
  });

  it.each(both)("set headers at the last moment: %s", async (_title, path, headers) => {
    const running = await on((_req, res, next) => {
      const writeHead = res.writeHead.bind(res);
      res.writeHead = (...args: unknown[]) => {
        res.setHeader("Set-Cookie", "connect.sid=1");
        return writeHead(...(args as [number]));
      };
      next();
    });
    expect((await fetchRaw(running, path, { headers })).headers["set-cookie"]).toEqual(["connect.sid=1"]);
  });

  it.each(both)("fail by a promise: %s", async (_title, path, headers) => {
    const running = await on((() => Promise.reject(new Error("no"))) as Middleware);
    expect(await fetchRaw(running, path, { headers })).toMatchObject({ status: 400 });
    expect(running.refusals).toEqual(["3 MIDDLEWARE_FAILURE"]);
  });

  it.each(both)("fail after next(): %s", async (_title, path, headers) => {
    const running = await on(((_req, _res, next) => {
      next();
      return Promise.reject(new Error("too late"));
    }) as Middleware);
    expect((await fetchRaw(running, path, { headers })).status).toBe(path === POLLING ? 200 : 101);
  });

  it.each(both)("answer in the engine's place: %s", async (_title, path, headers) => {
    const running = await on((_req, res) => {
      res.writeHead(503, { "Retry-After": "5" });
      res.end("busy");
    });
    const reply = await fetchRaw(running, path, { headers });
    expect(reply).toMatchObject({ status: 503, body: "busy" });
    expect(reply.headers["retry-after"]).toBe("5");
    expect(running.engine.clientsCount).toBe(0);
  });

  it.each(both)("answer, and go on all the same: %s", async (_title, path, headers) => {
    const running = await on((_req, res, next) => {
      res.statusCode = 401;
      res.end("who");
      next();
    });
    expect(await fetchRaw(running, path, { headers })).toMatchObject({ status: 401, body: "who" });
    expect(running.sessions).toHaveLength(0);
  });

  it.each(both)("begin an answer and fail: %s", async (_title, path, headers) => {
    const uncaught = collectUncaught();
    let late: (() => void) | null = null;
    const running = await on((_req, res, next) => {
      res.writeHead(401);
      res.write("who");
      late = () => res.write("too late");
      next(new Error("nope"));
    });
    expect(await fetchRaw(running, path, { headers })).toMatchObject({ status: 401, body: "who" });
    expect(running.refusals).toEqual(["3 MIDDLEWARE_FAILURE"]);
    (late as (() => void) | null)?.();
    await sleep(5);
    expect(uncaught).toEqual([]);
  });

  it.each(both)("begin an answer for which there is no session, and go on: %s", async (_title, path, headers) => {
    const running = await on((_req, res, next) => {
      res.writeHead(401);
      res.write("who");
      next();
    });
    expect(await fetchRaw(running, `${path}&sid=gone`, { headers })).toMatchObject({ status: 401, body: "who" });
    void fetchRaw(running, path, { headers }).catch(() => {});
    await sleep(20);
    expect(running.sessions).toHaveLength(0);
  });

  it("show their headers to listeners of a 101, which may change them", async () => {
    const running = await on((_req, res, next) => {
      res.setHeader("X-Kept", ["1", "2"]);
      res.setHeader("X-Changed", "1");
      res.setHeader("X-Removed", "1");
      res.setHeader("Set-Cookie", "a=1");
      next();
    });
    const seen: object[] = [];
    running.engine.on("initial_headers", (fields: Record<string, unknown>) => {
      seen.push({ ...fields });
      fields["X-Changed"] = "2";
      delete fields["X-Removed"];
      fields["Set-Cookie"] = "b=2";
    });
    const reply = await fetchRaw(running, WEBSOCKET, { headers: UPGRADE_HEADERS });
    expect(seen).toEqual([{ "X-Kept": ["1", "2"], "X-Changed": "1", "X-Removed": "1" }]);
    expect(reply.headers).toMatchObject({ "x-kept": "1, 2", "x-changed": "2", "set-cookie": ["a=1", "b=2"] });
    expect(reply.headers["x-removed"]).toBeUndefined();
  });

  it.each(both)("answer late: %s", async (_title, path, headers) => {
    const late: unknown[] = [];
    const running = await on((_req, res, next) => {
      next();
      setTimeout(() => {
        try {
          res.setHeader("late", "1");
          res.removeHeader("late");
          res.writeHead(500);
          res.write("x");
          res.end("late");
          (res as unknown as { _implicitHeader(): void })._implicitHeader();
        } catch (error) {
          late.push(error);
        }
      }, 20);
    });
    const reply = await fetchRaw(running, path, { headers });
    expect(reply.status).toBe(path === POLLING ? 200 : 101);
    await sleep(40);
    if (path === WEBSOCKET) expect(late).toEqual([]);
  });

  it.each(both)("as sessions of Express save late and answer behind them: %s", async (_title, path, headers) => {
    const running = await on(
      (_req, res, next) => {
        const end = res.end.bind(res);
        res.end = (...args: unknown[]) => {
          setImmediate(() => {
            const response = res as ServerResponse & { _implicitHeader(): void };
            if (!response.headersSent) response._implicitHeader();
            end(...(args as []));
          });
          return res;
        };
        next();
      },
      (_req, res) => {
        res.statusCode = 401;
        res.end("unauthorized");
      },
    );
    expect(await fetchRaw(running, path, { headers })).toMatchObject({ status: 401, body: "unauthorized" });
  });

  it.each(both)("fail: %s", async (_title, path, headers) => {
    const running = await on((_req, res, next) => {
      res.setHeader("foo", "bar");
      next(new Error("nope"));
    });
    const reply = await fetchRaw(running, path, { headers });
    expect(reply).toMatchObject({ status: 400, body: '{"code":3,"message":"Bad request"}' });
    expect(reply.headers["foo"]).toBe("bar");
    expect(running.refusals).toEqual(["3 MIDDLEWARE_FAILURE"]);
  });

  it.each(both)("throw: %s", async (_title, path, headers) => {
    const running = await on(() => {
      throw new Error("oops");
    });
    expect(await fetchRaw(running, path, { headers })).toMatchObject({ status: 400 });
  });

  it("hear the end of an upgraded connection", async () => {
    let isClosed = false;
    const running = await on((_req, res, next) => {
      res.on("close", () => (isClosed = true));
      next();
    });
    const peer = await openWebSocket(running);
    expect(isClosed).toBe(false);
    peer.socket.close();
    await until(() => isClosed);
  });

  it("see the request and its query, in order", async () => {
    const log: unknown[] = [];
    const running = await on(
      (req, _res, next) => {
        log.push(1, (req as IncomingMessage & { _query: Record<string, string> })._query["transport"]);
        setTimeout(next, 10);
      },
      (_req, _res, next) => {
        log.push(2);
        next();
        next();
      },
    );
    await fetchRaw(running, POLLING);
    expect(log).toEqual([1, "polling", 2]);
    expect(running.sessions).toHaveLength(1);
  });
});

describe("frameworks", () => {
  it("hand requests over themselves", async () => {
    const engine = new Server();
    const http = createServer((req, res) => engine.handleRequest(req, res));
    http.on("upgrade", (req, socket, head) => engine.handleUpgrade(req, socket, head));
    http.listen(0, "127.0.0.1");
    await once(http, "listening");
    const target = { port: (http.address() as { port: number }).port };
    const sid = await openPolling(target);
    const peer = await openWebSocket(target, `${WEBSOCKET}&sid=${sid}`);
    peer.socket.send("2probe");
    expect(await peer.next()).toBe("3probe");
    engine.close();
    http.close();
    http.closeAllConnections();
  });

  it("hand a connection over that they have upgraded themselves", async () => {
    const { WebSocketServer } = await import("@halyard/websocket");
    const engine: Server = new Server();
    const ws = new WebSocketServer({ port: 0, host: "127.0.0.1" });
    await once(ws, "listening");
    ws.on("connection", (socket, req) => {
      engine.prepare(req);
      engine.onWebSocket(req, req.socket, socket);
    });
    const connected = once(engine, "connection");
    const peer = await openWebSocket(
      { port: (ws.address() as { port: number }).port },
      "/any/?EIO=4&transport=websocket",
    );
    expect(await peer.next()).toMatch(/^0\{"sid"/);
    const [session] = (await connected) as [Socket];
    session.on("message", (data) => session.send(data));
    peer.socket.send("4hi");
    expect(await peer.next()).toBe("4hi");
    engine.close();
    ws.close();
  });
});

describe("the first request, after an upgrade", () => {
  async function upgrade(running: Awaited<ReturnType<typeof start>>, sid: string): Promise<Socket> {
    const peer = await openWebSocket(running, `${WEBSOCKET}&sid=${sid}`);
    const session = only(running);
    const upgraded = once(session, "upgrade");
    peer.socket.send("2probe");
    peer.socket.send("5");
    await upgraded;
    return session;
  }

  it("is made again: of polling, on the connection in use", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const { request, transport } = await upgrade(running, sid);
    expect(request).toMatchObject({ method: "GET", httpVersion: "1.1", _query: { transport: "polling" } });
    expect(request.headers.host).toContain("127.0.0.1");
    expect(request.socket).toBe((transport as unknown as { socket: { _socket: unknown } }).socket._socket);
    expect(request.socket.remoteAddress).toContain("127.0.0.1");
  });

  it("stays when it was looked at before", async () => {
    const running = await start();
    const sid = await openPolling(running);
    const { request } = only(running);
    expect((await upgrade(running, sid)).request).toBe(request);
  });

  it("stays when a middleware has had it", async () => {
    const running = await start();
    const seen: IncomingMessage[] = [];
    running.engine.use((req, _res, next) => {
      seen.push(req);
      next();
    });
    const sid = await openPolling(running);
    expect((await upgrade(running, sid)).request).toBe(seen[0]);
  });
});

import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocketServer } from "@halyard/websocket";
import { PreparedMessage } from "@halyard/websocket/core";
import { describe, expect, it } from "vitest";
import { BufferLimitError, type Socket } from "../src/index.js";
import {
  POLLING,
  type Running,
  WEBSOCKET,
  dial,
  fetchRaw,
  latest,
  only,
  openPolling,
  openWebSocket,
  start,
  until,
} from "./harness.js";

const quick = { pingInterval: 300, pingTimeout: 200 };
const V3 = { polling: "/engine.io/?EIO=3&transport=polling", websocket: "/engine.io/?EIO=3&transport=websocket" };

describe("request", () => {
  it("can be replaced, and deleted, by the application", async () => {
    const running = await start();
    await openPolling(running);
    const session = only(running);
    const { request } = session;
    expect(Object.hasOwn(session, "request")).toBe(true);
    session.request = Object.create(request) as typeof request;
    expect(session.request).not.toBe(request);
    Reflect.deleteProperty(session, "request");
    expect(session.request).toBeUndefined();
  });
});

describe("what an application keeps on a session", () => {
  it("is its own, and disturbs nothing", async () => {
    const running = await start(quick);
    const peer = await openWebSocket(running);
    await peer.next();
    const session = only(running);
    const names = ["state", "host", "user", "upgrade", "heartbeat", "sink", "kept", "end"];
    const own = session as unknown as Record<string, unknown>;
    for (const name of names) own[name] = { name };
    const closed = once(session, "close");
    expect(await peer.next()).toBe("2");
    peer.socket.send("3");
    session.send("hello");
    expect(await peer.next()).toBe("4hello");
    session.close();
    expect(await closed).toEqual(["forced close", undefined]);
    expect(names.map((name) => own[name])).toEqual(names.map((name) => ({ name })));
  });
});

describe("heartbeat", () => {
  it("v4, websocket: pings, is answered, pings again", async () => {
    const running = await start(quick);
    const peer = await openWebSocket(running);
    await peer.next();
    const beats: number[] = [];
    only(running).on("heartbeat", () => beats.push(1));
    for (let i = 0; i < 3; i++) {
      expect(await peer.next()).toBe("2");
      peer.socket.send("3");
    }
    await until(() => beats.length === 3);
  });

  it("v4, polling: pings", async () => {
    const running = await start(quick);
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    for (let i = 0; i < 2; i++) {
      expect((await fetchRaw(running, path)).body).toBe("2");
      expect((await fetchRaw(running, path, { method: "POST", body: "3" })).status).toBe(200);
    }
  });

  it.each([
    ["v4, websocket", WEBSOCKET],
    ["v3, websocket", V3.websocket],
  ])("%s: ends a session that stays silent", async (_title, path) => {
    const running = await start({ ...quick, allowEIO3: true });
    const peer = await openWebSocket(running, path);
    await peer.next();
    const session = only(running);
    const [reason] = await once(session, "close");
    expect(reason).toBe("ping timeout");
    expect(await peer.closed).toBe(1005);
  });

  it("v4, polling: ends a session that stays silent, on time", async () => {
    const running = await start(quick);
    const path = `${POLLING}&sid=${await openPolling(running)}`;
    await sleep(520);
    expect(await fetchRaw(running, path)).toMatchObject({ status: 400 });
  });

  it("v3: answers pings", async () => {
    const running = await start({ ...quick, allowEIO3: true });
    const peer = await openWebSocket(running, V3.websocket);
    await peer.next();
    for (let i = 0; i < 3; i++) {
      peer.socket.send("2");
      expect(await peer.next()).toBe("3");
    }
    const path = `${V3.polling}&sid=${await openPolling(running, V3.polling)}`;
    await fetchRaw(running, path, { method: "POST", body: "1:2" });
    expect((await fetchRaw(running, path)).body).toBe("1:3");
  });

  it.each([
    ["v4: a ping of the client", WEBSOCKET, "2"],
    ["v3: a pong of the client", V3.websocket, "3"],
  ])("%s is an error", async (_title, path, packet) => {
    const running = await start({ allowEIO3: true });
    const peer = await openWebSocket(running, path);
    await peer.next();
    const closed = once(only(running), "close");
    peer.socket.send(packet);
    const [reason, error] = await closed;
    expect([reason, error.message]).toEqual(["transport error", "invalid heartbeat direction"]);
  });

  it("gives a peer that sends something else one more timeout", async () => {
    const running = await start({ pingInterval: 50, pingTimeout: 150 });
    const peer = await openWebSocket(running);
    await peer.next();
    const closed = once(only(running), "close");
    expect(await peer.next()).toBe("2");
    const pingedAt = performance.now();
    await sleep(100);
    peer.socket.send("4a");
    await sleep(100);
    peer.socket.send("4b");
    await closed;
    expect(performance.now() - pingedAt).toBeGreaterThan(220);
  });

  it("leaves nothing scheduled behind", async () => {
    const running = await start(quick);
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    await openPolling(running);
    running.engine.close();
    const after = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    expect(after).toBeLessThanOrEqual(before);
    expect(running.engine.clientsCount).toBe(0);
  });
});

describe("messages on a websocket", () => {
  async function echo(
    options: Parameters<typeof start>[0] = {},
  ): Promise<{ session: Socket; peer: Awaited<ReturnType<typeof openWebSocket>> }> {
    const running = await start(options);
    const peer = await openWebSocket(running);
    await peer.next();
    return { session: only(running), peer };
  }

  it("go to a sink, in order", async () => {
    const { session, peer } = await echo();
    const log: unknown[] = [];
    session.setSink({ onMessage: (data) => log.push(data), onClose: (reason) => log.push(reason) });
    peer.socket.send("4a");
    peer.socket.send(Buffer.from([1, 2]));
    peer.socket.send("bAQID");
    peer.socket.close();
    await once(session, "close");
    expect(log).toEqual(["a", Buffer.from([1, 2]), Buffer.from([1, 2, 3]), "transport close"]);
  });

  it("go to listeners, in the order packet, sink, data, message", async () => {
    const { session, peer } = await echo();
    const log: string[] = [];
    for (const event of ["message", "data", "packet"]) session.on(event, () => log.push(event));
    session.setSink({ onMessage: () => log.push("sink"), onClose: () => {} });
    peer.socket.send("4a");
    await until(() => log.length === 4);
    expect(log).toEqual(["packet", "sink", "data", "message"]);
  });

  it.each([
    ["text", "a", "4a"],
    ["empty text", "", "4"],
    ["a number", 5, "45"],
    ["null", null, "4"],
    ["bytes", Buffer.from([1, 2]), Buffer.from([1, 2])],
    ["a view", new Uint16Array([0x0201]), Buffer.from([1, 2])],
    ["an ArrayBuffer", Uint8Array.of(1, 2).buffer, Buffer.from([1, 2])],
  ])("are sent: %s", async (_title, data, expected) => {
    const { session, peer } = await echo();
    session.send(data);
    expect(await peer.next()).toEqual(expected);
  });

  it("keep their order whichever way they are sent", async () => {
    const { session, peer } = await echo();
    const expected: string[] = [];
    for (let i = 0; i < 20; i++) {
      expected.push(`4${i}`);
      if (i % 4 === 0) session.sendMessage(`${i}`, false);
      else if (i % 4 === 1) session.sendPrepared(new PreparedMessage(`4${i}`), false);
      else if (i % 4 === 2) session.write(`${i}`, { compress: false }, () => {});
      else session.send(i);
    }
    await until(() => peer.messages.length === 21);
    expect(peer.messages.slice(1)).toEqual(expected);
  });

  it("leave in one write with all others of their tick", async () => {
    const { session } = await echo();
    const socket = (session.request as { socket: { write: (...args: unknown[]) => boolean } }).socket;
    const { write } = socket;
    let writes = 0;
    socket.write = (...args) => {
      writes += 1;
      return Reflect.apply<typeof socket, unknown[], boolean>(write, socket, args);
    };
    for (let i = 0; i < 50; i++) session.send(`${i}`);
    await sleep(10);
    expect(writes).toBe(1);
  });

  it("use a frame made elsewhere, unless connections are compressed", async () => {
    const wsPreEncodedFrame = [Buffer.from([129, 4]), Buffer.from("4123")];
    const plain = await echo();
    plain.session.send("test", { wsPreEncodedFrame });
    expect(await plain.peer.next()).toBe("4123");
    const compressing = await echo({ perMessageDeflate: true });
    compressing.session.send("test", { wsPreEncodedFrame });
    expect(await compressing.peer.next()).toBe("4test");
  });

  it("call back when they have left, in order", async () => {
    const { session } = await echo();
    const log: unknown[] = [];
    session.send("a", (transport) => log.push("a", transport === session.transport));
    session.send("b", null, () => log.push("b"));
    expect(log).toEqual([]);
    await until(() => log.length === 3);
    expect(log).toEqual(["a", true, "b"]);
  });

  it("are called back when messages behind them are still being deflated", async () => {
    const running = await start({ perMessageDeflate: true });
    const peer = await openWebSocket(running);
    await peer.next();
    const session = only(running);
    const log: string[] = [];
    session.send("a".repeat(100_000), {}, () => log.push("long"));
    session.send("b", {}, () => log.push("short"));
    await until(() => log.length === 2);
    expect(log).toEqual(["long", "short"]);
    expect((await peer.next()).length).toBe(100_001);
  });

  it("are announced by events, when somebody listens", async () => {
    const { session, peer } = await echo();
    const log: string[] = [];
    session.on("packetCreate", (packet) => log.push(`packetCreate ${packet.type} ${packet.data}`));
    session.on("flush", (packets) => log.push(`flush ${packets.length}`));
    session.once("drain", () => log.push(`drain ${session.writeBuffer.length}`));
    session.send("a");
    expect(log).toEqual(["packetCreate message a", "flush 1", "drain 0"]);
    session.removeAllListeners();
    session.send("b");
    expect(log).toHaveLength(3);
    await until(() => peer.messages.length === 3);
  });

  it("are announced on the server, when somebody listens", async () => {
    const running = await start();
    await openWebSocket(running);
    const log: unknown[] = [];
    running.engine.on("flush", (session, packets) => log.push(session.id, packets.length));
    running.engine.on("drain", (session) => log.push(session.id));
    only(running).send("a");
    const id = only(running).id;
    expect(log).toEqual([id, 1, id]);
  });

  it("are ignored once the session closes", async () => {
    const { session, peer } = await echo();
    session.send("last");
    session.close();
    session.send("too late");
    expect(await peer.closed).toBe(1005);
    expect(peer.messages.slice(1)).toEqual(["4last"]);
  });

  it.each([
    ["no packet", "abc", "parse error"],
    ["an unknown type", "9", "parse error"],
    ["the empty message", "", "parse error"],
  ])("end the session when they are %s", async (_title, data, expected) => {
    const { session, peer } = await echo();
    const closed = once(session, "close");
    peer.socket.send(data);
    expect((await closed)[0]).toBe(expected);
  });

  it("end the session when they are too long", async () => {
    const { session, peer } = await echo({ maxHttpBufferSize: 5 });
    const closed = once(session, "close");
    peer.socket.send("4".repeat(6));
    const [reason, error] = await closed;
    expect([reason, error.message]).toEqual(["transport error", "RangeError: Max payload size exceeded"]);
    expect(await peer.closed).toBe(1009);
  });

  it.each(["1", "5", "6", "0"])("mean nothing when they are the packet %s", async (packet) => {
    const { session, peer } = await echo();
    session.on("message", (data) => session.send(data));
    peer.socket.send(packet);
    peer.socket.send("4still");
    expect(await peer.next()).toBe("4still");
  });
});

describe("what waits for a peer", () => {
  it("is counted on polling, and bounded", async () => {
    const running = await start({ maxBufferedAmount: 1000 });
    await openPolling(running);
    const session = only(running);
    const closed = once(session, "close");
    session.send("é".repeat(300));
    expect(session.bufferedAmount).toBe(601);
    session.send(Buffer.alloc(500));
    expect(session.bufferedAmount).toBe(1101);
    session.send("one more");
    const [reason, error] = await closed;
    expect(reason).toBe("max buffered amount exceeded");
    expect(error).toBeInstanceOf(BufferLimitError);
    expect(error.message).toBe("1101 bytes are buffered for the peer, maxBufferedAmount is 1000");
  });

  it("is bounded on a websocket, and says when to drop", async () => {
    const running = await start({ maxBufferedAmount: 4e6 });
    const socket = await dial(running);
    const headers =
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
    socket.write(`GET ${WEBSOCKET} HTTP/1.1\r\nHost: a\r\n${headers}\r\n\r\n`);
    await until(() => running.sessions.length === 1);
    socket.pause();
    const session = only(running);
    const closed = once(session, "close");
    expect(session.isCongested()).toBe(false);
    let wasCongested = false;
    for (let i = 0; i < 400 && session.readyState === "open"; i++) {
      session.send(Buffer.alloc(1e5));
      await sleep(0);
      wasCongested ||= session.isCongested();
    }
    expect((await closed)[0]).toBe("max buffered amount exceeded");
    expect(wasCongested).toBe(true);
  });

  it("may be one message of any size", async () => {
    const running = await start({ maxBufferedAmount: 1000 });
    const peer = await openWebSocket(running);
    only(running).send("a".repeat(1e6));
    await until(() => peer.messages.length === 2);
    expect(only(running).bufferedAmount).toBe(0);
  });

  it("does not look congested for two messages in a tick", async () => {
    const running = await start();
    await openWebSocket(running);
    only(running).send("a");
    expect(only(running).isCongested()).toBe(false);
  });
});

describe("names reached from outside", () => {
  it("shows what was not sent while `close` is emitted", async () => {
    const running = await start();
    await openPolling(running);
    const session = only(running);
    let seen = -1;
    session.on("close", () => (seen = session.writeBuffer.length));
    session.writeBuffer.push({ type: "message", data: "foo" });
    session.onError("");
    expect(seen).toBe(1);
    await sleep(1);
    expect(session.writeBuffer).toHaveLength(0);
  });

  it("drops callbacks with the session", async () => {
    const running = await start();
    await openPolling(running);
    const session = only(running);
    session.send("a", () => expect.unreachable());
    session.close(true);
    expect([session.packetsFn, session.sentCallbackFn]).toEqual([[], []]);
  });

  it.each([
    ["of the session", (running: Running) => only(running).close(true)],
    ["of the server", (running: Running) => running.engine.close()],
  ])("sends what a waiting poll can take before a discarding close %s", async (_title, close) => {
    const running = await start();
    const sid = await openPolling(running);
    const reply = fetchRaw(running, `${POLLING}&sid=${sid}`);
    await until(() => only(running).transport.writable);
    only(running).send("bye").send("all");
    close(running);
    expect((await reply).body).toBe("4bye\x1e4all");
  });

  it("lets `close` be heard on the transport", async () => {
    const running = await start({ pingInterval: 20, pingTimeout: 20 });
    for (const open of [openPolling, openWebSocket]) {
      await open(running);
      await once(latest(running).transport, "close");
    }
  });

  it("waits for the next poll as long as `transport.closeTimeout` says", async () => {
    const running = await start();
    await openPolling(running);
    const session = only(running);
    Object.assign(session.transport, { closeTimeout: 30 });
    session.close();
    const [reason] = await once(session, "close");
    expect(reason).toBe("forced close");
  });

  it("keeps `request`, `remoteAddress` and `protocol`", async () => {
    const running = await start();
    const peer = await openWebSocket(running, `${WEBSOCKET}&a=b`);
    const session = only(running);
    expect((session.request as { _query?: Record<string, string> })._query?.["a"]).toBe("b");
    expect(session).toMatchObject({ remoteAddress: "127.0.0.1", protocol: 4 });
    peer.socket.close();
    await once(session, "close");
    expect(session.remoteAddress).toBe("127.0.0.1");
  });
});

/** A library whose connections have nothing but events and `send`. */
class ForeignServer {
  private readonly server: WebSocketServer;
  constructor(options: ConstructorParameters<typeof WebSocketServer>[0]) {
    this.server = new WebSocketServer(options);
  }
  handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer, done: (connection: object) => void): void {
    this.server.handleUpgrade(req, socket, head, (connection) =>
      done({
        on: connection.on.bind(connection),
        send: connection.send.bind(connection),
        close: () => connection.close(),
      }),
    );
  }
  close(): void {
    this.server.close();
  }
}

describe("a session that waits for a poll in order to say that it closes", () => {
  it("ends when it is told to give that up, or its server is closed", async () => {
    for (const giveUp of [
      ({ sessions }: Running): unknown => sessions[0]?.close(true),
      ({ engine }: Running): unknown => engine.close(),
    ]) {
      const running = await start();
      await openPolling(running);
      const reasons: string[] = [];
      only(running).on("close", (reason: string) => reasons.push(reason));
      only(running).close();
      expect([only(running).readyState, running.engine.clientsCount]).toEqual(["closing", 1]);
      giveUp(running);
      expect([only(running).readyState, running.engine.clientsCount]).toEqual(["closed", 0]);
      expect(reasons).toEqual(["forced close"]);
    }
  });
});

describe("a listener of `flush`", () => {
  it("that sends has all sent at once, and callbacks stay with their packets", async () => {
    const running = await start({ wsEngine: ForeignServer });
    const peer = await openWebSocket(running);
    await peer.next();
    const session = only(running);
    await until(() => session.transport.writable);
    const said: string[] = [];
    session.once("flush", () => session.send("b", () => said.push("b sent")));
    session.on("drain", () => said.push("drain"));
    session.send("a", () => said.push("a sent"));
    expect([await peer.next(), await peer.next()]).toEqual(["4a", "4b"]);
    await until(() => said.includes("b sent") && session.transport.writable);
    session.send("c", () => said.push("c sent"));
    await until(() => said.includes("c sent"));
    expect(said).toEqual(["drain", "a sent", "b sent", "drain", "c sent"]);
  });

  it("that ends the session has nothing said after its `close`", async () => {
    const running = await start();
    await openWebSocket(running);
    const session = only(running);
    const said: string[] = [];
    session.on("flush", () => session.close(true));
    session.on("drain", () => said.push("drain"));
    session.on("close", () => said.push("close"));
    session.send("a");
    expect(said).toEqual(["close"]);
  });
});

it.each([
  ["a proxy of it", (session: Socket) => new Proxy(session, {})],
  ["an object that inherits from it", (session: Socket) => Object.create(session) as Socket],
])("a session can be closed by %s", async (_title, wrap) => {
  const running = await start();
  await openPolling(running);
  const wrapped = wrap(only(running));
  expect([wrapped.readyState, wrapped.transport.name, wrapped.request.method]).toEqual(["open", "polling", "GET"]);
  wrapped.close(true);
  await until(() => running.engine.clientsCount === 0);
  expect(running.engine.clients).toEqual({});
});

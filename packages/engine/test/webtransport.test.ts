import { once } from "node:events";
import { createPacketDecoderStream, createPacketEncoderStream } from "engine.io-parser";
import { afterEach, describe, expect, it } from "vitest";
import { type Packet, Server, type ServerOptions, type Socket } from "../src/index.js";
import { collectUncaught, until } from "./harness.js";

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Both ends of a WebTransport session with one bidirectional stream, in memory. */
function sessionPair(): {
  readonly session: Parameters<Server["onWebTransportSession"]>[0];
  readonly isClosed: () => boolean;
  readonly send: (packet: Packet) => Promise<void>;
  readonly receive: () => Promise<Packet>;
  readonly leave: () => void;
  /** Ends the stream of the peer, not the session. */
  readonly endStream: (how: "close" | "abort") => Promise<void>;
} {
  const up = new TransformStream<Uint8Array, Uint8Array>();
  const down = new TransformStream<Uint8Array, Uint8Array>();
  const encoder = createPacketEncoderStream() as TransformStream<Packet, Uint8Array>;
  const decoder = createPacketDecoderStream(1e6, "nodebuffer") as TransformStream<Uint8Array, Packet>;
  encoder.readable.pipeTo(up.writable).catch(() => {});
  down.readable.pipeTo(decoder.writable).catch(() => {});
  const writer = encoder.writable.getWriter();
  const reader = decoder.readable.getReader();
  let isClosed = false;
  let resolve = (): void => {};
  const closed = new Promise<void>((done) => (resolve = done));
  const close = (): void => {
    isClosed = true;
    resolve();
  };
  const streams = new ReadableStream({
    start: (controller) => controller.enqueue({ readable: up.readable, writable: down.writable }),
  });
  return {
    session: { incomingBidirectionalStreams: streams, closed, close },
    isClosed: () => isClosed,
    send: (packet) => writer.write(packet),
    receive: async () => (await reader.read()).value as Packet,
    leave: close,
    endStream: (how) => writer[how](),
  };
}

function start(options: ServerOptions = {}): Server {
  const server = new Server(options);
  servers.push(server);
  return server;
}

/** A session that has begun. */
async function open(): Promise<[Socket, ReturnType<typeof sessionPair>]> {
  const engine = start();
  const connected = once(engine, "connection");
  const peer = sessionPair();
  void engine.onWebTransportSession(peer.session);
  await peer.send({ type: "open" });
  const [session] = (await connected) as [Socket];
  return [session, peer];
}

describe("WebTransport", () => {
  it.each([2 ** 31, Number.MAX_SAFE_INTEGER])("waits for a stream within an upgradeTimeout of %i ms", async (ms) => {
    const engine = start({ upgradeTimeout: ms });
    const peer = sessionPair();
    void engine.onWebTransportSession(peer.session);
    await new Promise((resolve) => setTimeout(resolve, 30)); // Node makes 1 ms of it
    expect(peer.isClosed()).toBe(false);
    const connected = once(engine, "connection");
    await peer.send({ type: "open" });
    await connected;
  });

  it("opens a session and carries messages", async () => {
    const [session, peer] = await open();
    expect(await peer.receive()).toMatchObject({ type: "open", data: expect.stringContaining(session.id) as string });
    session.on("message", (data) => session.send(data));
    await peer.send({ type: "message", data: "hello" });
    expect(await peer.receive()).toEqual({ type: "message", data: "hello" });
    await peer.send({ type: "message", data: Buffer.from([1, 2, 3]) });
    expect(await peer.receive()).toEqual({ type: "message", data: Buffer.from([1, 2, 3]) });
    expect(session.transport.name).toBe("webtransport");
    const closed = once(session, "close");
    peer.leave();
    expect((await closed)[0]).toBe("transport close");
  });

  it("goes on after an exception of a listener", async () => {
    const uncaught = collectUncaught();
    const [session, peer] = await open();
    const heard: string[] = [];
    session.on("message", (data: string) => {
      heard.push(data);
      if (heard.length === 1) throw new Error("listener");
    });
    await peer.send({ type: "message", data: "a" });
    await peer.send({ type: "message", data: "b" });
    await until(() => heard.length === 2);
    session.send("c", () => {
      throw new Error("callback");
    });
    for (let i = 0; i < 2; i++) await peer.receive();
    await until(() => uncaught.length === 2);
    session.send("d", () => heard.push("d sent"));
    await peer.receive();
    await until(() => heard.length === 3);
    expect([heard, uncaught]).toEqual([
      ["a", "b", "d sent"],
      ["listener", "callback"],
    ]);
  });

  it("calls back, and closes with its session", async () => {
    const [session, peer] = await open();
    let sent = 0;
    for (let i = 0; i < 4; i++) session.send("hello", () => (sent += 1));
    for (let i = 0; i < 5; i++) await peer.receive();
    await until(() => sent === 4);
    session.close();
    await until(peer.isClosed);
  });

  it("carries binary without a byte, and what is neither text nor binary", async () => {
    const [session, peer] = await open();
    session.on("message", (data) => session.send(data));
    await peer.receive(); // the open packet
    session.send(Buffer.alloc(0)).send(5).send(Buffer.of(1));
    for (const data of [Buffer.alloc(0), "5", Buffer.of(1)]) {
      expect(await peer.receive()).toEqual({ type: "message", data });
    }
  });

  it("ends the stream with what was sent last, and leaves it to the peer to close the session", async () => {
    const [session, peer] = await open();
    const last = ["a", "b", "c"]; // the first leaves at once, the others when it has left
    for (const text of last) session.send(text);
    session.close();
    await peer.receive(); // the open packet
    for (const data of last) expect(await peer.receive()).toEqual({ type: "message", data });
    await until(() => session.readyState === "closed");
    expect(await peer.receive()).toBeUndefined();
    expect([session.readyState, peer.isClosed()]).toEqual(["closed", false]);
    peer.leave();
  });

  it("delivers what arrived before the end, and what that leaves for a tick, before it ends", async () => {
    const [session, peer] = await open();
    const heard: string[] = [];
    session.on("message", (data: string) => process.nextTick(() => heard.push(data)));
    const closed = once(session, "close");
    session.on("close", () => heard.push("close"));
    void peer.send({ type: "message", data: "a" });
    void peer.send({ type: "message", data: "b" });
    await peer.endStream("close");
    await closed;
    expect(heard).toEqual(["a", "b", "close"]);
  });

  it.each(["close", "abort"] as const)("%s of the peer's stream ends the session at once", async (how) => {
    const [session, peer] = await open();
    const closed = once(session, "close");
    await peer.endStream(how);
    expect([(await closed)[0], peer.isClosed()]).toEqual(["transport close", true]);
  });

  it.each([
    ["a packet that is not open", { type: "message", data: "a" }],
    ["an unknown session", { type: "open", data: '{"sid":"11111111111111111111"}' }],
    ["__proto__ as session", { type: "open", data: '{"sid":"__proto__"}' }],
    ["bad JSON", { type: "open", data: "{" }],
    ["a sid that is no string", { type: "open", data: '{"sid":5}' }],
  ] as const)("refuses %s", async (_title, packet) => {
    const engine = start();
    const peer = sessionPair();
    const done = engine.onWebTransportSession(peer.session);
    await peer.send(packet);
    await done;
    expect(peer.isClosed()).toBe(true);
    expect(engine.clientsCount).toBe(0);
  });

  it("gives up when nothing comes", async () => {
    const engine = start({ upgradeTimeout: 20 });
    const peer = sessionPair();
    void engine.onWebTransportSession(peer.session);
    await until(peer.isClosed);
  });

  it("ends when its library throws for a session that is gone", async () => {
    const engine = start({ pingInterval: 10, pingTimeout: 10 });
    const connected = once(engine, "connection");
    const uncaught = collectUncaught();
    const peer = sessionPair();
    const gone = (): void => {
      throw new Error("gone");
    };
    void engine.onWebTransportSession(Object.assign(peer.session, { close: gone }));
    await peer.send({ type: "open" });
    const [session] = (await connected) as [Socket];
    const [reason] = (await once(session, "close")) as [string];
    expect([reason, uncaught, engine.clientsCount]).toEqual(["ping timeout", [], 0]);
  });

  it("is refused while there are middlewares", async () => {
    const engine = start();
    engine.use((_req, _res, next) => next());
    const peer = sessionPair();
    await engine.onWebTransportSession(peer.session);
    expect(peer.isClosed()).toBe(true);
  });
});

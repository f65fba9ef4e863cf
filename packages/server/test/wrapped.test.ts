// Programs put proxies of our objects, and objects that inherit from them, in their place (ADR 15).
import { describe, expect, it } from "vitest";
import type { Socket } from "../src/socket.js";
import { serve, settle } from "./fake-session.js";

const WRAPS: [title: string, wrap: <T extends object>(object: T) => T][] = [
  ["a proxy", (object) => new Proxy(object, {})],
  [
    "a proxy of nothing, that reads and writes the object",
    (object) =>
      new Proxy({} as typeof object, {
        get: (_nothing, key) => Reflect.get(object, key) as unknown,
        set: (_nothing, key, value) => Reflect.set(object, key, value),
      }),
  ],
  ["an object that inherits from it", (object) => Object.create(object) as typeof object],
];

describe.each(WRAPS)("%s in the place of a socket", (_title, wrap) => {
  async function connected() {
    const { io, connect } = serve();
    const log: unknown[] = [];
    const accepted = new Promise<Socket>((resolve) => void io.on("connection", resolve));
    const session = await connect("0");
    session.take();
    const socket = await accepted;
    return { io, log, session, socket, wrapped: wrap(socket) };
  }

  it("emits, and hears the acknowledgement", async () => {
    const { log, session, wrapped } = await connected();
    wrapped.emit("a", 1);
    wrapped.volatile.emit("b");
    wrapped.emit("q", (answer: unknown) => log.push(answer));
    wrapped.timeout(10_000).emit("t", (_error: unknown, answer: unknown) => log.push(answer));
    const packets = session.take() as string[];
    expect(packets.map((packet) => packet.replaceAll(/[0-9]/g, ""))).toEqual(['["a",]', '["b"]', '["q"]', '["t"]']);
    for (const packet of packets.slice(2)) await session.receive(`3${/^2(\d+)/.exec(packet)?.[1]}["yes"]`);
    expect(log).toEqual(["yes", "yes"]);
  });

  it("shares what is made at first use", async () => {
    const { log, session, socket, wrapped } = await connected();
    wrapped.data.user = "u";
    wrapped.use(([event], next) => (log.push(`before ${event}`), next()));
    wrapped.on("z", () => log.push("z"));
    expect(wrapped.handshake).toBe(socket.handshake);
    expect(socket.data).toEqual({ user: "u" });
    await session.receive('2["z"]');
    expect(log).toEqual(["before z", "z"]);
  });

  it("joins, leaves, and is left out of its own broadcasts", async () => {
    const { io, session, socket, wrapped } = await connected();
    void wrapped.join("r");
    expect([...socket.rooms]).toEqual([socket.id, "r"]);
    wrapped.to("r").emit("not to itself");
    io.to("r").emit("hi");
    void wrapped.leave("r");
    io.to("r").emit("no more");
    expect(session.take()).toEqual(['2["hi"]']);
  });

  it("leaves the namespace once and for all", async () => {
    const { io, log, session, socket, wrapped } = await connected();
    socket.on("disconnect", (reason) => log.push(reason));
    expect(wrapped.disconnect()).toBe(wrapped);
    session.lose("transport close");
    await settle();
    expect([session.take(), log, socket.connected]).toEqual([["1"], ["server namespace disconnect"], false]);
    expect([io.sockets.sockets.size, io.sockets.adapter.rooms.size]).toEqual([0, 0]);
  });
});

it.each(WRAPS)("%s in the place of a namespace or the server", async (_title, wrap) => {
  const { io, connect } = serve();
  const log: unknown[] = [];
  wrap(io).use((_socket, next) => (log.push("use"), next()));
  wrap(io.sockets).use((_socket, next) => (log.push("use of the namespace"), next()));
  wrap(io)
    .of("/other")
    .on("connection", () => log.push("other"));
  wrap(io)
    .of(/^\/dynamic-/)
    .on("connection", () => log.push("dynamic"));
  const session = await connect("0", "0/other,", "0/dynamic-1,");
  session.take();
  wrap(io).emit("a");
  wrap(io.sockets)
    .to([...io.sockets.sockets.keys()])
    .except("nobody")
    .emit("b");
  expect(session.take()).toEqual(['2["a"]', '2["b"]']);
  expect(log.map(String).toSorted()).toEqual(["dynamic", "other", "use", "use of the namespace"]);
  expect(await wrap(io).fetchSockets()).toHaveLength(1);
  await wrap(io).close();
  expect(io.sockets.sockets.size).toBe(0);
});

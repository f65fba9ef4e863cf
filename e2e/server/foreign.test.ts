import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Adapter as OurAdapter } from "@halyard/adapter";
import { Server, type Socket } from "@halyard/server";
import { Server as ForeignEngine } from "engine.io";
import { Adapter as ForeignAdapter, SessionAwareAdapter } from "socket.io-adapter";
import { io as connect } from "socket.io-client";
import { describe, expect, it } from "vitest";
import { Fixture, heard } from "./support.js";

describe("an engine that is not ours (io.bind)", () => {
  it("carries events, binary, acknowledgements and broadcasts", async () => {
    const http = createServer().listen(0, "127.0.0.1");
    await once(http, "listening");
    const engine = new ForeignEngine();
    engine.attach(http, { path: "/socket.io" });
    const io = new Server().bind(engine);
    io.on("connection", (socket) => socket.on("echo", (x, ack) => ack(x)));
    const client = connect(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, { forceNew: true });
    expect(await client.emitWithAck("echo", { a: Buffer.from([1]) })).toEqual({ a: Buffer.from([1]) });
    client.on("q", (ack: (x: number) => void) => ack(3));
    expect(await io.timeout(5000).emitWithAck("q")).toEqual([3]);
    const left = new Promise((resolve) => {
      for (const socket of io.sockets.sockets.values()) socket.on("disconnect", resolve);
    });
    client.io.engine.close();
    expect(await left).toBe("transport close");
    client.disconnect();
    engine.close();
    http.close();
  });
});

describe.each([
  ["@halyard/adapter", OurAdapter],
  ["socket.io-adapter", ForeignAdapter],
])("the in-memory adapter of %s", (_name, adapter) => {
  it.each(["websocket", "polling"])("broadcasts to rooms by %s", async (transport) => {
    const fixture = await new Fixture({ adapter: adapter as never }).listen();
    try {
      const a = await fixture.pair({ transports: [transport] });
      const b = await fixture.pair({ transports: [transport] });
      void a.socket.join("r");
      const text = heard(a.client, "text");
      const bytes = heard(a.client, "bytes");
      fixture.io.to("r").emit("text", 1);
      fixture.io.to("r").emit("bytes", Buffer.from([1, 2]));
      expect(await text).toEqual([1]);
      expect(await bytes).toEqual([Buffer.from([1, 2])]);
      const private_ = heard(b.client, "private");
      a.socket.to(b.socket.id).emit("private", "x");
      expect(await private_).toEqual(["x"]);
      a.client.on("q", (ack: (x: string) => void) => ack("a"));
      b.client.on("q", (ack: (x: string) => void) => ack("b"));
      expect(((await fixture.io.timeout(5000).emitWithAck("q")) as string[]).toSorted()).toEqual(["a", "b"]);
      expect((await fixture.io.in("r").fetchSockets()).map(({ id }) => id)).toEqual([a.socket.id]);
      fixture.io.in("r").disconnectSockets();
      expect(a.socket.connected).toBe(false);
    } finally {
      await fixture.close();
    }
  });
});

describe("recovery with the adapter of socket.io-adapter", () => {
  it("restores a session", async () => {
    const fixture = await new Fixture({ connectionStateRecovery: {}, adapter: SessionAwareAdapter as never }).listen();
    try {
      const { client, socket } = await fixture.pair({ reconnectionDelay: 20, randomizationFactor: 0 });
      void socket.join("r");
      const seen = heard(client, "seen");
      fixture.io.to("r").emit("seen");
      await seen;
      const { id } = client;
      const missed = heard(client, "missed");
      const again = heard(fixture.io, "connection");
      const left = heard(socket, "disconnect");
      client.io.engine.close();
      await left;
      fixture.io.to("r").emit("missed");
      const [second] = (await again) as [Socket];
      await missed;
      expect(second).toMatchObject({ id, recovered: true });
    } finally {
      await fixture.close();
    }
  });
});

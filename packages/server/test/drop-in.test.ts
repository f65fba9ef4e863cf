import { Adapter } from "@halyard/adapter";
import { describe, expect, it } from "vitest";
import type { Socket } from "../src/socket.js";
import { serve } from "./fake-session.js";

describe("custom parser", () => {
  it("gets everything", async () => {
    const { Decoder, Encoder } = await import("socket.io-parser");
    const seen: unknown[] = [];
    class MyEncoder extends Encoder {
      override encode(packet: never): unknown[] {
        seen.push((packet as { type: number }).type);
        return super.encode(packet);
      }
    }
    const { io, connect } = serve({ parser: { Encoder: MyEncoder, Decoder } });
    io.on("connection", (socket) => socket.on("a", (x, ack: (x: unknown) => void) => ack(x)));
    const session = await connect("0", '51-7["a",{"_placeholder":true,"num":0}]', Buffer.from([1]));
    expect(session.sent.slice(1)).toEqual(['61-7[{"_placeholder":true,"num":0}]', Buffer.from([1])]);
    expect(seen).toEqual([0, 3]);
  });
});

/** Names that applications give to what they keep on a socket, a namespace or the server. */
const OF_APPLICATIONS = (
  "state session auth host user username userId room game player token " +
  "end release replace persist members namespaces middlewares attempts accepting incoming"
).split(" ");

describe("what applications keep on our objects", () => {
  it("is theirs, and disturbs nothing", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    const kept: Record<string, unknown>[] = [];
    const keep = (object: object): void => {
      const own = object as Record<string, unknown>;
      for (const name of OF_APPLICATIONS) own[name] = { name };
      kept.push(own);
    };
    keep(io);
    keep(io.sockets);
    io.use((socket, next) => {
      keep(socket);
      keep(socket.client);
      next();
    });
    io.on("connection", (socket) => {
      socket.use((_event, next) => next());
      socket.on("echo", (value, ack: (value: unknown) => void) => ack(value));
      socket.on("disconnect", (reason) => log.push(reason, socket.connected));
      log.push(socket.connected, socket.handshake.auth, [...socket.rooms].length);
    });
    const session = await connect('0{"token":"t"}');
    await session.receive('21["echo","x"]');
    await session.receive("1");
    expect(session.sent.slice(1)).toEqual(['31["x"]']);
    expect(log).toEqual([true, { token: "t" }, 1, "client namespace disconnect", false]);
    for (const own of kept) {
      expect(OF_APPLICATIONS.map((name) => own[name])).toEqual(OF_APPLICATIONS.map((name) => ({ name })));
    }
    expect(kept).toHaveLength(4);
    await io.close();
  });
});

describe("what other packages reach for", () => {
  it("has the names they know", async () => {
    const { io, connect } = serve();
    const sockets: Socket[] = [];
    io.on("connection", (socket) => sockets.push(socket));
    await connect("0");
    const [socket] = sockets as [Socket];
    expect(io._nsps.get("/")).toBe(io.sockets);
    expect(io.parentNsps.size).toBe(0);
    expect(io.opts).toBe(io._opts);
    expect(typeof io.encoder.encode).toBe("function");
    expect(io._parser.protocol).toBe(5);
    expect(io.sockets._ids).toBe(0);
    expect(io.sockets.fns).toEqual([]);
    expect(socket.client.sockets.get(socket.id)).toBe(socket);
    expect(socket.client.nsps.get("/")).toBe(socket);
    expect(socket.server).toBe(io);
    expect(socket.client.server).toBe(io);
    expect(socket.adapter).toBe(io.sockets.adapter);
    expect(socket.fns).toEqual([]);
    socket.data = new Proxy({}, {});
    socket.handshake = { ...socket.handshake, address: "192.0.2.1" };
    expect(socket.handshake.address).toBe("192.0.2.1");
    io.sockets = io.of("/other");
    expect(io.sockets.name).toBe("/other");
    expect(io.listenerCount("connection")).toBe(0);
  });

  it("hears `send` and `write` where it replaces `emit`", () => {
    const { io } = serve();
    const heard: unknown[] = [];
    for (const nsp of [io.of("/"), io.of("/x")]) {
      nsp.emit = (...event: unknown[]) => {
        heard.push([nsp.name, ...event]);
        return true;
      };
    }
    expect(io.send(1)).toBe(io);
    io.write(2);
    io.of("/x").send(3).write(4);
    expect(heard).toEqual([
      ["/", "message", 1],
      ["/", "message", 2],
      ["/x", "message", 3],
      ["/x", "message", 4],
    ]);
  });

  it("takes null for a listener of `connect` that is not there", () => {
    const { io } = serve();
    expect(io.of("/x", null as never).listenerCount("connect")).toBe(0);
  });

  it("lets a client be fed from outside, and survives what it is fed", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      socket.on("error", (error) => log.push(error.message));
      socket.on("disconnect", (reason) => log.push(reason));
      socket.client.ondata(null as never);
    });
    await connect("0");
    expect(log).toEqual(["Unknown type: null", "forced close"]);
  });

  it("joins and leaves several rooms at once", async () => {
    const { io, connect } = serve();
    io.on("connection", (socket) => {
      void socket.join(["a", "b", "c"]);
      void socket.leave(["a", "b"]);
    });
    await connect("0");
    expect([...io.sockets.adapter.rooms.keys()].slice(1)).toEqual(["c"]);
    for (const socket of io.sockets.sockets.values()) socket.leaveAll();
    expect(io.sockets.adapter.rooms.size).toBe(0);
  });

  it("takes adapters as class, function and arrow function", () => {
    class Mine extends Adapter {}
    for (const adapter of [
      Mine,
      (nsp: never) => new Mine(nsp),
      function (nsp: never) {
        return new Mine(nsp);
      },
    ]) {
      expect(serve({ adapter: adapter as never }).io.of("/").adapter).toBeInstanceOf(Mine);
    }
    const { io } = serve();
    io.adapter(Mine);
    expect(io.sockets.adapter).toBeInstanceOf(Mine);
  });
});

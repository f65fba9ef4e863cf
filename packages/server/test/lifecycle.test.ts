import { Adapter } from "@halyard/adapter";
import { describe, expect, it, vi } from "vitest";
import type { Socket } from "../src/socket.js";
import { type FakeSession, serve, settle } from "./fake-session.js";

function connectAnswer(session: FakeSession): { sid: string; pid: string } {
  const answer = session.sent.find((packet) => typeof packet === "string" && packet.startsWith("0{")) as string;
  return JSON.parse(answer.slice(1));
}

describe("end of a socket", () => {
  it("shows the same state at each step as upstream", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      void socket.join("r");
      for (const event of ["disconnecting", "disconnect"] as const) {
        socket.on(event, (reason) =>
          log.push([event, reason, socket.connected, socket.rooms.size, io.sockets.sockets.has(socket.id)]),
        );
      }
    });
    await connect("0", "1");
    expect(log).toEqual([
      ["disconnecting", "client namespace disconnect", true, 2, true],
      ["disconnect", "client namespace disconnect", false, 0, false],
    ]);
  });

  it.each([
    ["socket.disconnect()", (socket: Socket) => socket.disconnect(), "server namespace disconnect", "open"],
    ["socket.disconnect(true)", (socket: Socket) => socket.disconnect(true), "server namespace disconnect", "closed"],
    ["conn.close()", (socket: Socket) => socket.conn.close(), "forced close", "closed"],
  ])("by %s", async (_title, end, reason, readyState) => {
    const { io, connect } = serve();
    const reasons: string[] = [];
    io.on("connection", (socket) => {
      socket.on("disconnect", (why) => reasons.push(why));
      socket.on("end", () => end(socket));
    });
    const session = await connect("0", '2["end"]');
    expect(reasons).toEqual([reason]);
    expect(session.readyState).toBe(readyState);
  });

  it("ends the others even if a listener of one throws", async () => {
    const { io, connect } = serve();
    const uncaught: unknown[] = [];
    const others = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    const keep = (error: unknown): unknown => uncaught.push(error);
    process.on("uncaughtException", keep);
    try {
      const log: string[] = [];
      io.on("connection", (socket) =>
        socket.on("disconnecting", () => {
          throw new Error("bad listener");
        }),
      );
      io.of("/b").on("connection", (socket) => socket.on("disconnect", (reason) => log.push(reason)));
      const session = await connect("0", "0/b,");
      session.lose("transport close");
      await settle();
      expect(log).toEqual(["transport close"]);
      expect(io.sockets.sockets.size).toBe(0);
      expect(io.sockets.adapter.rooms.size).toBe(0);
      expect(uncaught).toEqual([new Error("bad listener")]);
    } finally {
      process.removeListener("uncaughtException", keep);
      for (const listener of others) process.on("uncaughtException", listener);
    }
  });

  it("sends, joins and acknowledges nothing afterwards", async () => {
    const { io, connect } = serve();
    let late = (): void => {};
    io.on("connection", (socket) =>
      socket.on("a", (ack: () => void) => {
        late = () => {
          ack();
          socket.emit("b");
          void socket.join("r");
        };
      }),
    );
    const session = await connect("0", '21["a"]', "1");
    session.take();
    late();
    expect(session.sent).toEqual([]);
    expect(io.sockets.adapter.rooms.size).toBe(0);
  });

  it("maps a reason only our engine has to one that programs know", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => socket.on("disconnect", (reason, details) => log.push(reason, details.message)));
    (await connect("0")).lose("max buffered amount exceeded", new Error("17 bytes"));
    expect(log).toEqual(["transport error", "17 bytes"]);
  });
});

describe("connection state recovery", () => {
  const recoverable = { connectionStateRecovery: {} };

  async function lost(): Promise<
    ReturnType<typeof serve> & { sockets: Socket[]; session: FakeSession; pid: string; sid: string }
  > {
    const server = serve(recoverable);
    const sockets: Socket[] = [];
    server.io.on("connection", (socket) => sockets.push(socket));
    const session = await server.connect("0");
    const { pid, sid } = connectAnswer(session);
    void sockets[0]?.join("r");
    if (sockets[0] !== undefined) sockets[0].data.user = 7;
    return { ...server, sockets, session, pid, sid };
  }

  const offsetOf = (packet: unknown): string => (JSON.parse((packet as string).slice(1)) as string[]).at(-1) as string;
  const names = (packets: unknown[]): unknown[] =>
    packets.map((packet) =>
      String(packet).startsWith("0") ? "connect" : (JSON.parse(String(packet).slice(1)) as string[])[0],
    );

  it("restores id, rooms, data and what was missed, before the answer", async () => {
    const { io, connect, sockets, session, pid, sid } = await lost();
    io.to("r").emit("seen");
    const offset = offsetOf(session.take().at(-1));
    session.lose("transport close");
    io.to("r").emit("missed", 1);
    io.volatile.to("r").emit("volatile");
    io.to("other").emit("not for it");
    const again = await connect(`0${JSON.stringify({ pid, offset })}`);
    expect(names(again.sent)).toEqual(["missed", "connect"]);
    expect(connectAnswer(again)).toEqual({ sid, pid });
    expect(sockets[1]).toMatchObject({ id: sid, recovered: true, data: { user: 7 } });
    expect([...(sockets[1]?.rooms ?? [])].toSorted()).toEqual(["r", sid].toSorted());
  });

  it("works from the first moment, without any event received", async () => {
    const { io, connect, session, pid, sid } = await lost();
    session.lose("ping timeout");
    io.emit("missed");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    expect(connectAnswer(again).sid).toBe(sid);
    expect(names(again.sent)).toEqual(["missed", "connect"]);
  });

  it("replays what the lost socket itself was told to emit", async () => {
    const { connect, sockets, session, pid } = await lost();
    session.lose("transport close");
    session.take();
    sockets[0]?.emit("missed");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    expect(session.sent).toEqual([]);
    expect(names(again.sent)).toEqual(["missed", "connect"]);
  });

  it("gives a session back once", async () => {
    const { connect, session, pid, sid } = await lost();
    session.lose("transport close");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    const thief = await connect(`0${JSON.stringify({ pid: "guess" })}`);
    expect(connectAnswer(again).sid).toBe(sid);
    expect(connectAnswer(thief).sid).not.toBe(sid);
  });

  it("lets a newer connection replace one that is not known to be dead", async () => {
    const { io, connect, sockets, session, pid, sid } = await lost();
    const reasons: string[] = [];
    sockets[0]?.on("disconnect", (reason) => reasons.push(reason));
    const again = await connect(`0${JSON.stringify({ pid })}`);
    expect(reasons).toEqual(["transport close"]);
    expect(session.readyState).toBe("closed");
    expect(connectAnswer(again).sid).toBe(sid);
    session.lose("transport close");
    expect(io.sockets.sockets.get(sid)).toBe(sockets[1]);
    expect(sockets[1]?.rooms.has("r")).toBe(true);
  });

  it("does not keep the session of who left on purpose", async () => {
    const { connect, session, pid, sid } = await lost();
    await session.receive("1");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    expect(connectAnswer(again).sid).not.toBe(sid);
  });

  it("misses nothing while middlewares run again, and puts the session back if the line goes meanwhile", async () => {
    const server = serve({ connectionStateRecovery: { skipMiddlewares: false } });
    const { io, connect } = server;
    let goOn = (): void => {};
    let isSlow = false;
    io.use((socket, next) => {
      if (isSlow) goOn = next;
      else next();
      if (socket.recovered) void socket.join("from middleware");
    });
    const session = await connect("0");
    const { pid, sid } = connectAnswer(session);
    session.lose("transport close");
    isSlow = true;
    (await connect(`0${JSON.stringify({ pid })}`)).lose("transport close");
    io.emit("one");
    const again = await connect(`0${JSON.stringify({ pid })}`);
    io.emit("two");
    goOn();
    await settle();
    expect(names(again.sent)).toEqual(["one", "two", "connect"]);
    expect(connectAnswer(again).sid).toBe(sid);
    expect(io.sockets.adapter.rooms.has("from middleware")).toBe(true);
  });
});

describe("dynamic namespaces", () => {
  it("come into being by a pattern, with the middlewares and listeners of their parent", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("new_namespace", (nsp) => log.push(`new ${nsp.name}`));
    const parent = io.of(/^\/d\d$/);
    parent.use((_socket, next) => {
      log.push("middleware");
      next();
    });
    parent.on("connection", (socket) => log.push(socket.nsp.name));
    const session = await connect("0/d1,", "0/d2,", "0/e1,");
    session.take();
    expect(log).toEqual(["new /d1", "middleware", "new /d2", "middleware", "/d1", "/d2"]);
    parent.emit("a");
    expect(session.sent).toEqual(['2/d1,["a"]', '2/d2,["a"]']);
    expect(() => parent.fetchSockets()).toThrow("fetchSockets() is not supported on parent namespaces");
    expect(io.of("/d3")).toBe(io._nsps.get("/d3"));
  });

  it("go with their last socket if told to, also after a refusal", async () => {
    const { io, connect } = serve({ cleanupEmptyChildNamespaces: true });
    const parent = io.of(/^\/d\d$/);
    parent.use((socket, next) => next(socket.handshake.auth.ok === false ? new Error("no") : undefined));
    io.of("/static");
    const session = await connect("0/d1,", '0/d2,{"ok":false}', "0/static,", "0");
    expect([...io._nsps.keys()]).toEqual(["/", "/static", "/d1"]);
    await session.receive("1/d1,", "1/static,");
    expect([...io._nsps.keys()]).toEqual(["/", "/static"]);
    await session.receive("0/d1,");
    expect(io._nsps.has("/d1")).toBe(true);
  });
});

describe("end of a server", () => {
  it("tells every socket, closes adapters, and may be repeated", async () => {
    const close = vi.fn();
    class Closing extends Adapter {
      override close = close;
    }
    const { io, connect } = serve({ adapter: Closing });
    const reasons: string[] = [];
    io.of("/a").on("connection", (socket) => socket.on("disconnect", (reason) => reasons.push(reason)));
    await connect("0/a,");
    const done = vi.fn();
    await io.close(done);
    await io.close();
    expect(reasons).toEqual(["server shutting down"]);
    expect(close).toHaveBeenCalledTimes(4);
    expect(done).toHaveBeenCalledOnce();
  });

  it("drains in batches and refuses newcomers", async () => {
    const { io, connect } = serve();
    const reasons: string[] = [];
    io.on("connection", (socket) => socket.on("disconnect", (reason) => reasons.push(reason)));
    const sessions = await Promise.all(Array.from({ length: 20 }, () => connect("0")));
    const steps: number[] = [];
    const drained = io.drain({ overMs: 200, onProgress: ({ closed }) => steps.push(closed) });
    expect((await connect("0")).readyState).toBe("closed");
    expect(await drained).toMatchObject({ closed: 20, total: 20 });
    expect(steps[0]).toBe(0);
    expect(steps.length).toBeGreaterThan(2);
    expect(sessions.every((session) => session.readyState === "closed")).toBe(true);
    expect(new Set(reasons)).toEqual(new Set(["server shutting down"]));
  });
});

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
    expect(socket.adapter).toBe(io.sockets.adapter);
    expect(socket.fns).toEqual([]);
    socket.data = new Proxy({}, {});
    socket.handshake = { ...socket.handshake, address: "192.0.2.1" };
    expect(socket.handshake.address).toBe("192.0.2.1");
    io.sockets = io.of("/other");
    expect(io.sockets.name).toBe("/other");
    expect(io.listenerCount("connection")).toBe(0);
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

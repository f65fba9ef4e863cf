import { Adapter } from "@halyard/adapter";
import { beforeEach, describe, expect, it } from "vitest";
import { collectUncaught } from "./collect-uncaught.js";
import { FakeSession, serve, settle } from "./fake-session.js";

let errors: Error[] = [];
/** What reached `uncaughtException`: programs that go on after one must not lose anything to it. */
const uncaught = (): string[] => errors.map(({ message }) => message);

beforeEach(() => {
  errors = collectUncaught();
});

function boom(): never {
  throw new Error("boom");
}

describe("a handler that throws", () => {
  it("on connection does not keep an empty dynamic namespace", async () => {
    const { io, connect } = serve({ cleanupEmptyChildNamespaces: true });
    io.of(/^\/dyn-\d+$/).on("connection", boom);
    const session = await connect("0/dyn-1,");
    expect(io._nsps.has("/dyn-1")).toBe(true);
    session.lose("transport close");
    await settle();
    expect([[...io._nsps.keys()], uncaught()]).toEqual([["/"], ["boom"]]);
  });

  it("gives `next()` an error that cannot be sent does not, either", async () => {
    const { io, connect } = serve({ cleanupEmptyChildNamespaces: true });
    io.of(/^\/dyn-\d+$/).use((_socket, next) => next(Object.assign(new Error("no"), { data: 1n })));
    const session = await connect("0/dyn-1,");
    session.lose("transport close");
    await settle();
    expect([...io._nsps.keys()]).toEqual(["/"]);
  });

  it("while the answer to a CONNECT is written does not keep the socket", async () => {
    const { io } = serve();
    const session = new FakeSession();
    session.write = boom;
    io.onconnection(session);
    await session.receive("0");
    expect([io.sockets.sockets.size, uncaught()]).toEqual([1, ["boom"]]);
    session.lose("transport close");
    expect(io.sockets.sockets.size).toBe(0);
    expect(io.sockets.adapter.sids.size).toBe(0);
  });
});

it("a listener of `leave-room` that throws does not keep the socket, nor its other rooms", async () => {
  const { io, connect } = serve();
  io.sockets.adapter.on("leave-room", boom);
  io.on("connection", (socket) => void socket.join(["a", "b"]));
  const session = await connect("0");
  session.lose("transport close");
  await settle();
  const { rooms, sids } = io.sockets.adapter;
  expect([io.sockets.sockets.size, rooms.size, sids.size, uncaught()]).toEqual([0, 0, 0, ["boom"]]);
});

it("a listener of `leave-room` that throws for a socket about to join does not keep those that have joined", async () => {
  const { io, connect } = serve();
  io.of("/slow").use((socket) => void socket.join("lobby"));
  io.of("/slow").adapter.on("leave-room", boom);
  const session = await connect("0", "0/slow,");
  session.lose("transport close");
  await settle();
  expect([io.sockets.sockets.size, io.of("/slow").isEmpty, uncaught()]).toEqual([0, true, ["boom"]]);
});

it("a listener of `disconnect` that throws does not keep the connection, nor its other sockets", async () => {
  const { io, connect } = serve();
  io.on("connection", (socket) => socket.on("disconnect", boom));
  io.of("/b");
  const session = await connect("0", "0/b,");
  for (const socket of io.sockets.sockets.values()) socket.disconnect(true);
  await settle();
  expect([session.readyState, io.of("/b").sockets.size, uncaught()]).toEqual(["closed", 0, ["boom"]]);
});

it("an acknowledgement that throws when the client leaves does not keep the others from being told", async () => {
  const { io, connect } = serve({ settleAcksOnDisconnect: true });
  const told: string[] = [];
  io.on("connection", (socket) => {
    socket.emit("q", () => told.push("never"));
    socket.timeout(10_000).emit("q", boom);
    socket.timeout(10_000).emit("q", (error: Error) => told.push(error.message));
  });
  const session = await connect("0");
  expect(() => session.lose("transport close")).not.toThrow();
  await settle();
  expect([told, uncaught()]).toEqual([["socket has been disconnected"], ["boom"]]);
});

it("a listener of `new_namespace` that throws does not leave the client that asked without an answer", async () => {
  const { io, connect } = serve();
  io.on("new_namespace", boom);
  io.of(/^\/dyn-\d+$/);
  uncaught();
  const session = await connect("0/dyn-1,");
  expect([session.sent.length, io.of("/dyn-1").sockets.size, uncaught()]).toEqual([1, 1, ["boom"]]);
});

it("an adapter that throws when it is made refuses the client", async () => {
  const { io, connect } = serve({ adapter: (nsp: { name: string }) => (nsp.name === "/" ? new Adapter(nsp) : boom()) });
  io.of((_name, _auth, next) => next(null, true));
  expect((await connect("0/dyn,")).sent).toEqual(['4/dyn,{"message":"Invalid namespace"}']);
  expect(uncaught()).toEqual(["boom"]);
});

it("an adapter that throws when it is closed does not keep the last socket of a dynamic namespace", async () => {
  const { io, connect } = serve({ cleanupEmptyChildNamespaces: true });
  const reasons: string[] = [];
  io.of(/^\/dyn-\d+$/).on("connection", (socket) => {
    socket.adapter.close = boom;
    socket.on("disconnect", (reason) => reasons.push(reason));
  });
  io.on("handler_error", (error) => reasons.push((error as Error).message));
  const session = await connect("0/dyn-1,");
  session.lose("transport close");
  await settle();
  expect([reasons, uncaught()]).toEqual([["transport close", "boom"], []]);
});

describe("a thenable which is no Promise", () => {
  // oxlint-disable unicorn/no-thenable -- the subject of these tests
  const rejected = { then: (_resolved: unknown, reject: (error: Error) => void) => reject(new Error("no")) };
  const broken = { then: boom };

  it.each([
    ["is rejected", rejected],
    ["throws in its then", broken],
  ])("refuses the client when a middleware returns it and it %s", async (_title, result) => {
    const { io, connect } = serve();
    const events: string[] = [];
    io.on("handler_error", (_error, { event }) => events.push(event));
    io.use(() => result);
    expect((await connect("0")).sent).toEqual(['4{"message":"middleware failure"}']);
    expect([events, uncaught()]).toEqual([["use"], []]);
  });
});

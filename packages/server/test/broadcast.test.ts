import { Adapter } from "@halyard/adapter";
import { describe, expect, it, vi } from "vitest";
import type { Namespace } from "../src/namespace.js";
import type { Socket } from "../src/socket.js";
import { type FakeSession, serve, settle } from "./fake-session.js";

async function three(options = {}): Promise<{
  io: ReturnType<typeof serve>["io"];
  sockets: Socket[];
  sessions: FakeSession[];
  got: () => unknown[][];
}> {
  const { io, connect } = serve(options);
  const sockets: Socket[] = [];
  io.on("connection", (socket) => sockets.push(socket));
  const sessions = [await connect("0"), await connect("0"), await connect("0")];
  for (const session of sessions) session.take();
  return { io, sockets, sessions, got: () => sessions.map((session) => session.take()) };
}

describe("broadcast", () => {
  it("asks nothing of an adapter but its methods", async () => {
    // As one that is written from scratch: it has no `nsp`.
    const withoutNamespace = (nsp: Namespace): Adapter =>
      new Proxy(new Adapter(nsp), {
        get: (adapter, key) => {
          const value: unknown = key === "nsp" ? undefined : Reflect.get(adapter, key, adapter);
          return typeof value === "function" ? value.bind(adapter) : value;
        },
      });
    const { io, sockets, sessions, got } = await three({ adapter: withoutNamespace });
    io.in(sockets.map(({ id }) => id)).socketsJoin("r");
    io.to("r").emit("a");
    expect(got()).toEqual([['2["a"]'], ['2["a"]'], ['2["a"]']]);
    const answers = io.to("r").timeout(1_000).emitWithAck("q");
    await Promise.all(sessions.map((session, index) => session.receive(`30[${index}]`)));
    expect(await answers).toEqual([0, 1, 2]);
  });

  it.each([2 ** 31, Infinity])("waits as long as a timer can for acknowledgements, with %d ms", async (ms) => {
    const { io, sockets, sessions } = await three();
    const [first, second] = sockets as [Socket, Socket];
    const answers = [first.timeout(ms).emitWithAck("q"), io.to(second.id).timeout(ms).emitWithAck("q")];
    await new Promise((resolve) => setTimeout(resolve, 20));
    await sessions[0]?.receive('30["a"]');
    await sessions[1]?.receive('30["b"]', '31["b"]');
    expect(await Promise.all(answers)).toEqual(["a", ["b"]]);
  });

  it("reaches each member of the rooms once, and nobody excluded", async () => {
    const { io, sockets, got } = await three();
    void sockets[0]?.join(["r1", "r2"]);
    void sockets[1]?.join("r2");
    io.to("r1").to("r2").emit("a");
    expect(got()).toEqual([['2["a"]'], ['2["a"]'], []]);
    io.to(["r1", "r2"]).except("r1").emit("a");
    expect(got()).toEqual([[], ['2["a"]'], []]);
    io.except("r2").emit("a", Buffer.from([1]));
    expect(got()).toEqual([[], [], ['51-["a",{"_placeholder":true,"num":0}]', Buffer.from([1])]]);
    sockets[0]?.broadcast.emit("a");
    expect(got()).toEqual([[], ['2["a"]'], ['2["a"]']]);
    sockets[0]?.to("r2").emit("a");
    expect(got()).toEqual([[], ['2["a"]'], []]);
    io.local.emit("a");
    expect(got()).toEqual([['2["a"]'], ['2["a"]'], ['2["a"]']]);
  });

  it("does not change an operator by using it", async () => {
    const { io, sockets, got } = await three();
    void sockets[0]?.join("r1");
    const all = io.of("/").compress(false);
    all.to("r1").volatile.emit("a");
    expect(got()).toEqual([['2["a"]'], [], []]);
    all.emit("a");
    expect(got()).toEqual([['2["a"]'], ['2["a"]'], ['2["a"]']]);
  });

  it("drops a volatile packet for those who cannot take it", async () => {
    const { io, sockets, sessions, got } = await three();
    for (const session of sessions.slice(0, 1)) session.transport.writable = false;
    io.volatile.emit("a");
    sockets[0]?.volatile.emit("b");
    sockets[1]?.volatile.emit("b");
    expect(got()).toEqual([[], ['2["a"]', '2["b"]'], ['2["a"]']]);
  });

  it("tells outgoing catch-all listeners, but not about acknowledgements", async () => {
    const { io, sockets, sessions } = await three();
    const log: unknown[] = [];
    sockets[0]?.onAnyOutgoing((...event: unknown[]) => log.push(event));
    sockets[0]?.on("q", (ack: () => void) => ack());
    sockets[0]?.emit("a", 1);
    io.emit("b");
    await sessions[0]?.receive('21["q"]');
    expect(log).toEqual([["a", 1], ["b"]]);
  });

  it.each(["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"])(
    "refuses the reserved name %s everywhere",
    async (name) => {
      const { io, sockets } = await three();
      const message = `"${name}" is a reserved event name`;
      expect(() => io.emit(name)).toThrow(message);
      expect(() => io.to("r").emit(name)).toThrow(message);
      expect(() => sockets[0]?.emit(name)).toThrow(message);
    },
  );

  it("makes sockets join, leave and disconnect by rooms", async () => {
    const { io, sockets } = await three();
    io.in(sockets[0]?.id ?? "").socketsJoin(["r1", "r2"]);
    expect([...(sockets[0]?.rooms ?? [])]).toEqual([sockets[0]?.id, "r1", "r2"]);
    io.in("r1").socketsLeave("r2");
    expect(sockets[0]?.rooms.has("r2")).toBe(false);
    expect(await io.in("r1").fetchSockets()).toEqual([sockets[0]]);
    expect(await io.in("r1").allSockets()).toEqual(new Set([sockets[0]?.id]));
    io.in("r1").disconnectSockets();
    expect(sockets[0]?.connected).toBe(false);
    expect(io.sockets.sockets.size).toBe(2);
  });
});

describe("acknowledgements of a broadcast", () => {
  it("collects the responses of all", async () => {
    const { io, sessions } = await three();
    const responses = io.timeout(1000).emitWithAck("q");
    for (const [i, session] of sessions.entries()) await session.receive(`30[${i},"second"]`);
    expect(await responses).toEqual([0, 1, 2]);
  });

  it("calls the acknowledgement with the operator as `this`", async () => {
    const { io, sessions } = await three();
    const operator = io.timeout(10_000);
    const heard = new Promise((resolve) => {
      operator.emit("q", function (this: unknown) {
        resolve(this);
      });
    });
    for (const session of sessions) await session.receive("30");
    expect(await heard).toBe(operator);
  });

  it("ends in time with what came, and leaves nothing behind", async () => {
    const { io, sockets, sessions } = await three();
    const failed = expect(io.timeout(20).emitWithAck("q")).rejects.toMatchObject({
      message: "operation has timed out",
      responses: [1],
    });
    await sessions[0]?.receive("30[1]");
    await failed;
    expect(sockets.map((socket) => socket.acks.size)).toEqual([0, 0, 0]);
  });

  it("waits for this node only when it is local", async () => {
    class OneOfThree extends Adapter {
      override serverCount(): Promise<number> {
        return Promise.resolve(3);
      }
    }
    const { io, sessions } = await three({ adapter: OneOfThree });
    const responses = io.local.timeout(1000).emitWithAck("q");
    for (const session of sessions) await session.receive("30[1]");
    expect(await responses).toEqual([1, 1, 1]);
  });

  it("is an empty list when nobody is asked", async () => {
    const { io } = await three();
    expect(await io.to("nobody").timeout(1000).emitWithAck("q")).toEqual([]);
  });

  it("fails soon without a timeout, and says how to do it", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { io } = await three();
    const result = await new Promise((resolve) => io.emit("q", (...args: unknown[]) => resolve(args)));
    expect(result).toEqual([new Error("operation has timed out"), []]);
    warn.mockRestore();
  });
});

describe("events between servers", () => {
  it("are not sent without an adapter for it", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    const { io } = serve();
    expect(io.serverSideEmit("a")).toBe(true);
    expect(warn).toHaveBeenCalledWith("this adapter does not support the serverSideEmit() functionality");
    warn.mockRestore();
  });

  it.each(["connect", "connection", "new_namespace"])("refuse the name %s", (name) => {
    expect(() => serve().io.serverSideEmit(name)).toThrow(`"${name}" is a reserved event name`);
  });

  it("reach the listeners of the namespace", async () => {
    const { io } = serve();
    const log: unknown[] = [];
    io.on("a", (...args: unknown[]) => log.push(args));
    io.sockets._onServerSideEmit(["a", 1]);
    await settle();
    expect(log).toEqual([[1]]);
  });
});

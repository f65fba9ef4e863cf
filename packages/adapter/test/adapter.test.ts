import { describe, expect, it, vi } from "vitest";
import { Adapter, type BroadcastPacket, SessionAwareAdapter } from "../src/index.js";
import { describeAdapter, type SuiteNode, type SuiteSocket } from "./adapter-suite.js";
import { event, FakeHost, type FakeSocket, to } from "./fake-host.js";

/** A node whose sockets exist in memory only. */
function createNode(): SuiteNode {
  const host = new FakeHost();
  const adapter = new Adapter(host);
  let count = 0;
  return {
    adapter,
    async connect(rooms) {
      const socket = host.add(`s${++count}`);
      socket.actFor(adapter);
      socket.join([socket.id, ...rooms]);
      return createSocket(socket, host);
    },
    async close() {},
  };
}

function createSocket(socket: FakeSocket, host: FakeHost): SuiteSocket {
  return {
    id: socket.id,
    received: async () => socket.events,
    announced: () => socket.notified.map((packet: BroadcastPacket) => packet.data as unknown[]),
    isConnected: async () => host.sockets.has(socket.id),
    acknowledge(name, response) {
      socket.onPacket = ({ id, data }) => {
        if (id !== undefined && (data as unknown[])[0] === name) {
          socket.acks.get(id)?.(response);
        }
      };
    },
  };
}

describeAdapter("Adapter, on a fake namespace", async () => createNode());

describe("Adapter", () => {
  it("encodes once and shares the frame", () => {
    const host = new FakeHost();
    const adapter = new Adapter(host);
    for (const id of ["a", "b"]) {
      host.add(id);
      void adapter.addAll(id, new Set([id]));
    }
    adapter.broadcast(event("x"), to([]));
    const options = ["a", "b"].map((id) => host.sockets.get(id)?.options[0]);
    expect(host.encodings).toBe(1);
    expect(options[0]).toBe(options[1]);
    expect(options[0]?.prepared?.data).toBe(`4${JSON.stringify({ type: 2, data: ["x"], nsp: "/" })}`);
  });

  it("does to all what it does, also behind a listener that throws", () => {
    const host = new FakeHost();
    const adapter = new Adapter(host);
    for (const id of ["a", "b", "c"]) void adapter.addAll(id, new Set(["r"]));
    for (const id of ["a", "b"]) {
      const fail = (): never => {
        throw new Error(`of ${id}`);
      };
      Object.assign(host.add(id), { notifyOutgoingListeners: fail, disconnect: fail });
    }
    const last = host.add("c");
    expect(() => adapter.broadcast(event("x"), to(["r"]))).toThrow("of a");
    expect(() => adapter.broadcastWithAck(event("y"), to(["r"]), vi.fn(), vi.fn())).toThrow("of a");
    expect(() => adapter.disconnectSockets(to(["r"]), true)).toThrow("of a");
    expect([last.events, last.calls]).toEqual([[["x"], ["y"]], [["disconnect", true]]]);
  });

  it("works with sockets that know no outgoing listeners", () => {
    const host = new FakeHost();
    const adapter = new Adapter(host);
    const socket = host.add("a");
    Object.assign(socket, { notifyOutgoingListeners: undefined });
    void adapter.addAll("a", new Set());
    adapter.broadcast(event("x"), to([]));
    expect(socket.events).toEqual([["x"]]);
  });

  it("skips a socket that is not connected yet", () => {
    const adapter = new Adapter(new FakeHost());
    void adapter.addAll("a", new Set(["r"]));
    expect(() => adapter.broadcast(event("x"), to(["r"]))).not.toThrow();
  });

  it.each([
    ["Adapter", Adapter],
    ["SessionAwareAdapter", SessionAwareAdapter],
  ])("removes a socket from several rooms at once: %s", (_title, Implementation) => {
    const adapter = new Implementation(new FakeHost());
    void adapter.addAll("a", new Set(["r1", "r2", "r3"]));
    void adapter.del("a", new Set(["r1", "r3"]));
    expect(adapter.sids.get("a")).toEqual(new Set(["r2"]));
    expect([...adapter.rooms.keys()]).toEqual(["r2"]);
  });

  it("takes numbers for rooms, as programs in JavaScript may use them", () => {
    const adapter = new SessionAwareAdapter(new FakeHost());
    const room = 42 as unknown as string;
    void adapter.addAll("a", new Set([room, "r"]));
    void adapter.del("a", room);
    expect([...adapter.rooms.keys()]).toEqual(["r"]);
  });

  it("warns that there are no other nodes", () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    new Adapter(new FakeHost()).serverSideEmit(["x"]);
    expect(warn).toHaveBeenCalledWith("this adapter does not support the serverSideEmit() functionality");
    warn.mockRestore();
  });

  it("takes the next acknowledgement id of the namespace", () => {
    const host = new FakeHost();
    host._ids = 7;
    const packet = event("x") as BroadcastPacket;
    new Adapter(host).broadcastWithAck(
      packet,
      to([]),
      () => {},
      () => {},
    );
    expect([packet.id, host._ids]).toEqual([7, 8]);
  });
});

describe("Adapter#addOne", () => {
  it("goes through an addAll that was replaced, by a subclass or on the instance", () => {
    const calls: unknown[] = [];
    class Overriding extends Adapter {
      override addAll(id: string, rooms: Set<string>): void {
        calls.push([id, [...rooms]]);
        void super.addAll(id, rooms);
      }
    }
    const adapter = new Overriding(new FakeHost());
    void adapter.addOne("a", "r");
    const patched = new Adapter(new FakeHost());
    patched.addAll = (id, rooms) => void calls.push([id, [...rooms]]);
    void patched.addOne("b", "s");
    expect(calls).toEqual([
      ["a", ["r"]],
      ["b", ["s"]],
    ]);
    expect(adapter.rooms.get("r")).toEqual(new Set(["a"]));
  });
});

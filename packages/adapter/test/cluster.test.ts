import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ClusterMessage, SocketDetails } from "../src/index.js";
import { MessageType } from "../src/index.js";
import { Bus, type BusNode } from "./bus.js";
import { event, to } from "./fake-host.js";

interface Cluster {
  bus: Bus;
  a: BusNode;
  b: BusNode;
  c: BusNode;
}

/** Three nodes with a socket each: `a1` in room `odd`, `b1` in none, `c1` in `odd`. */
function createCluster(heartbeat: boolean, recovery = false): Cluster {
  const bus = new Bus();
  const opts = recovery ? { connectionStateRecovery: {} } : {};
  const add = (): BusNode => bus.add(heartbeat ? {} : null, opts);
  const [a, b, c] = [add(), add(), add()];
  a.connect("a1", "odd");
  b.connect("b1");
  c.connect("c1", "odd");
  return { bus, a, b, c };
}

function names({ a, b, c }: Cluster): unknown[] {
  return [a.host.sockets.get("a1"), b.host.sockets.get("b1"), c.host.sockets.get("c1")].map((socket) =>
    socket?.events.map((args) => args[0]),
  );
}

function calls({ a, b, c }: Cluster, ids = ["a1", "b1", "c1"]): unknown[] {
  const found = [a, b, c].flatMap((node) => Array.from(node.host.sockets.values()));
  return ids.map((id) => found.find((socket) => socket.id === id)?.calls);
}

function ids(sockets: SocketDetails[]): string[] {
  return sockets.map((socket) => socket.id);
}

function serverSideEmit(node: BusNode, ...args: unknown[]): Promise<[unknown, unknown]> {
  return new Promise((resolve) => {
    void node.adapter.serverSideEmit([...args, (error: unknown, responses: unknown) => resolve([error, responses])]);
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe.each([
  ["ClusterAdapter", false],
  ["ClusterAdapterWithHeartbeat", true],
])("%s, three nodes", (_title, heartbeat) => {
  it.each([
    ["everyone", to([]), [["x"], ["x"], ["x"]]],
    ["a room", to(["odd"]), [["x"], [], ["x"]]],
    ["a room except a socket", to(["odd"], ["a1"]), [[], [], ["x"]]],
    ["everyone on this node", { ...to([]), flags: { local: true } }, [["x"], [], []]],
  ])("broadcasts to %s", (_case, opts, expected) => {
    const cluster = createCluster(heartbeat);
    void cluster.a.adapter.broadcast(event("x"), opts);
    expect(names(cluster)).toEqual(expected);
  });

  it("carries the flags", () => {
    const cluster = createCluster(heartbeat);
    void cluster.a.adapter.broadcast(event("x"), { ...to([]), flags: { volatile: true, compress: false } });
    expect(cluster.b.host.sockets.get("b1")?.options[0]).toMatchObject({ volatile: true, compress: false });
  });

  it("collects acknowledgements of all nodes", () => {
    const cluster = createCluster(heartbeat);
    const counts: number[] = [];
    const responses: unknown[] = [];
    const opts = { ...to([]), flags: { timeout: 100 } };
    cluster.a.adapter.broadcastWithAck(
      event("x"),
      opts,
      (count) => counts.push(count),
      (...args) => responses.push(args),
    );
    for (const node of cluster.bus.nodes) {
      for (const socket of node.host.sockets.values()) {
        socket.acks.get(0)?.(socket.id);
      }
    }
    expect(counts).toEqual([1, 1, 1]);
    expect(responses).toEqual([["a1"], ["b1"], ["c1"]]);
  });

  it("ignores acknowledgements after the timeout", () => {
    const cluster = createCluster(heartbeat);
    const responses: unknown[] = [];
    const opts = { ...to([]), flags: { timeout: 100 } };
    cluster.a.adapter.broadcastWithAck(
      event("x"),
      opts,
      () => {},
      (response) => responses.push(response),
    );
    expect(cluster.a.adapter.ackRequests.size).toBe(1);
    vi.advanceTimersByTime(100);
    expect(cluster.a.adapter.ackRequests.size).toBe(0);
    cluster.b.host.sockets.get("b1")?.acks.get(0)?.("late");
    expect(responses).toEqual([]);
  });

  it("lets no socket keep what it never acknowledged in time", () => {
    const cluster = createCluster(heartbeat);
    const [b1, c1] = [cluster.b.host.sockets.get("b1"), cluster.c.host.sockets.get("c1")];
    const opts = { ...to([]), flags: { timeout: 100 } };
    cluster.a.adapter.broadcastWithAck(
      event("x"),
      opts,
      () => {},
      () => {},
    );
    vi.advanceTimersByTime(99);
    expect([b1?.acks.size, c1?.acks.size]).toEqual([1, 1]);
    vi.advanceTimersByTime(1);
    expect([b1?.acks.size, c1?.acks.size]).toEqual([0, 0]);
  });

  it("makes sockets join and leave rooms and disconnects them", async () => {
    const cluster = createCluster(heartbeat);
    await cluster.b.adapter.addSockets(to(["odd"]), ["new"]);
    await cluster.b.adapter.delSockets(to([]), ["odd", "other"]);
    await cluster.b.adapter.addSockets({ ...to([]), flags: { local: true } }, ["mine"]);
    const left = [
      ["leave", "odd"],
      ["leave", "other"],
    ];
    const joined = ["join", ["new"]];
    expect(calls(cluster)).toEqual([
      [joined, ...left],
      [...left, ["join", ["mine"]]],
      [joined, ...left],
    ]);
    await cluster.b.adapter.disconnectSockets(to(["odd"]), true);
    expect([cluster.a.host.sockets.size, cluster.b.host.sockets.size, cluster.c.host.sockets.size]).toEqual([0, 1, 0]);
  });

  it("fetches the sockets of all nodes, described without their session store", async () => {
    const cluster = createCluster(heartbeat);
    const handshake = { url: "/x", sessionStore: {} };
    Object.assign(cluster.c.host.sockets.get("c1") ?? {}, { handshake, data: { name: "c" } });
    const sockets = await cluster.a.adapter.fetchSockets(to([]));
    expect(ids(sockets)).toEqual(["a1", "b1", "c1"]);
    expect(sockets[0]).toBe(cluster.a.host.sockets.get("a1"));
    expect(sockets[2]).toEqual({ id: "c1", handshake: { url: "/x" }, rooms: ["c1", "odd"], data: { name: "c" } });
    expect(ids(await cluster.a.adapter.fetchSockets(to(["odd"])))).toEqual(["a1", "c1"]);
    expect(cluster.a.adapter.requests.size).toBe(0);
    expect(ids(await cluster.a.adapter.fetchSockets({ ...to([]), flags: { local: true } }))).toEqual(["a1"]);
  });

  it("sends events to the other nodes", async () => {
    const cluster = createCluster(heartbeat);
    await cluster.a.adapter.serverSideEmit(["hello", 1]);
    expect(cluster.bus.nodes.map((node) => node.host.serverSideEvents)).toEqual([[], [["hello", 1]], [["hello", 1]]]);
  });

  it("collects one answer of each other node", async () => {
    const cluster = createCluster(heartbeat);
    for (const node of cluster.bus.nodes) {
      node.host.onServerSideEvent = (args) => {
        const answer = args.at(-1) as (response: unknown) => void;
        answer(node.adapter.id);
        answer("again");
      };
    }
    const result = await serverSideEmit(cluster.a, "hello");
    expect(result).toEqual([null, [cluster.b.adapter.id, cluster.c.adapter.id]]);
  });

  it("is told of too few answers", async () => {
    const cluster = createCluster(heartbeat);
    cluster.b.host.onServerSideEvent = (args) => (args.at(-1) as (response: unknown) => void)("b");
    const result = serverSideEmit(cluster.a, "hello");
    await vi.advanceTimersByTimeAsync(5000);
    const text = heartbeat ? "missing 1 responses" : "only 1 responses received out of 2";
    expect(await result).toEqual([new Error(`timeout reached: ${text}`), ["b"]]);
  });

  it("waits for sockets no longer than it is told", async () => {
    const cluster = createCluster(heartbeat);
    cluster.bus.isHolding = true;
    const result = cluster.a.adapter.fetchSockets({ ...to([]), flags: { timeout: 50 } });
    const text = heartbeat ? "missing 2 responses" : "only 0 responses received out of 2";
    const failed = expect(result).rejects.toThrow(`timeout reached: ${text}`);
    await vi.advanceTimersByTimeAsync(50);
    await failed;
  });

  it("understands answers that come late, reordered and twice", async () => {
    const cluster = createCluster(heartbeat);
    cluster.bus.isHolding = true;
    const result = cluster.a.adapter.fetchSockets(to([]));
    await vi.advanceTimersByTimeAsync(0);
    cluster.bus.release();
    await vi.advanceTimersByTimeAsync(0);
    cluster.bus.release((parcels) => [...parcels, ...parcels].toReversed());
    expect(ids(await result)).toEqual(["a1", "c1", "b1"]);
    expect(vi.getTimerCount()).toBe(heartbeat ? 6 : 0);
  });

  it("delivers to its own sockets when publishing fails", () => {
    const cluster = createCluster(heartbeat);
    cluster.bus.failure = new Error("no connection");
    void cluster.a.adapter.broadcast(event("x"), to([]));
    expect(names(cluster)).toEqual([["x"], [], []]);
  });

  it("delivers a broadcast before what is sent directly after it", () => {
    const cluster = createCluster(heartbeat);
    cluster.bus.gate = new Promise(() => {});
    void cluster.a.adapter.broadcast(event("first"), to([]));
    cluster.a.host.sockets.get("a1")?.packets.push(event("second"));
    expect(names(cluster)[0]).toEqual(["first", "second"]);
  });

  it("survives garbage", () => {
    const cluster = createCluster(heartbeat);
    const { adapter } = cluster.a;
    const garbage: unknown[] = [
      null,
      1,
      "x",
      {},
      [],
      { type: 3 },
      { type: 99, data: {} },
      { type: 7, data: { opts: 1 } },
    ];
    for (const content of garbage) {
      const parcel = { to: cluster.a, from: "x", content: content as ClusterMessage, offset: "" };
      expect(() => adapter.receive({ ...parcel, kind: "message" })).not.toThrow();
      expect(() => adapter.receive({ ...parcel, kind: "response" })).not.toThrow();
    }
    void adapter.broadcast(event("x"), to([]));
    expect(names(cluster)).toEqual([["x"], ["x"], ["x"]]);
  });

  it("waits for answers as long as it is told, be it longer than a timer can", async () => {
    const cluster = createCluster(heartbeat);
    cluster.bus.isHolding = true;
    const found = cluster.a.adapter.fetchSockets({ ...to([]), flags: { timeout: Infinity } });
    await vi.advanceTimersByTimeAsync(4000);
    cluster.bus.isHolding = false;
    cluster.bus.release();
    expect(ids(await found)).toEqual(["a1", "b1", "c1"]);
  });

  it("ends open requests when it is closed", async () => {
    const cluster = createCluster(heartbeat);
    cluster.bus.isHolding = true;
    const result = expect(cluster.a.adapter.fetchSockets(to([]))).rejects.toThrow("timeout reached");
    await vi.advanceTimersByTimeAsync(0);
    for (const node of cluster.bus.nodes) {
      void node.adapter.close();
    }
    await result;
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("ClusterAdapter, nodes that cannot be counted", () => {
  it.each([
    ["fails", () => Promise.reject(new Error("bus is down")), "bus is down"],
    ["never ends", () => new Promise<never>(() => {}), "timeout reached: the other nodes could not be counted"],
  ])("ends requests when the count %s", async (_case, serverCount, message) => {
    const { a } = createCluster(false);
    vi.spyOn(a.adapter, "serverCount").mockImplementation(serverCount);
    const ends: unknown[] = [];
    a.adapter.serverSideEmit(["hello", (...answer: unknown[]) => ends.push(answer)]).catch(() => {});
    a.adapter.fetchSockets(to([])).catch((error: unknown) => ends.push(error));
    await vi.advanceTimersByTimeAsync(5000);
    expect(ends).toEqual([[new Error(message), []], new Error(message)]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("ClusterAdapter with connection state recovery", () => {
  it("appends the offset of the message, on all nodes and without changing the arguments", async () => {
    const cluster = createCluster(false, true);
    const packet = event("x");
    await cluster.a.adapter.broadcast(packet, to([]));
    expect(packet.data).toEqual(["x"]);
    for (const [node, id] of [
      [cluster.a, "a1"],
      [cluster.b, "b1"],
    ] as const) {
      expect(node.host.sockets.get(id)?.events).toEqual([["x", "1"]]);
    }
  });

  it.each([
    ["volatile", event("x"), { volatile: true }],
    ["acknowledged", { ...event("x"), id: 3 }, {}],
  ])("appends none to a packet that is %s", async (_title, packet, flags) => {
    const cluster = createCluster(false, true);
    await cluster.a.adapter.broadcast(packet, { ...to([]), flags });
    expect(cluster.b.host.sockets.get("b1")?.events).toEqual([["x"]]);
  });

  it("appends none when the transport has none", async () => {
    const cluster = createCluster(false, true);
    cluster.bus.keepsLog = false;
    await cluster.a.adapter.broadcast(event("x"), to([]));
    expect(cluster.a.host.sockets.get("a1")?.events).toEqual([["x"]]);
    expect(cluster.b.host.sockets.get("b1")?.events).toEqual([["x"]]);
  });

  it("does everything in the order it was asked for while an offset is awaited", async () => {
    const cluster = createCluster(false, true);
    let open = (): void => {};
    cluster.bus.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { adapter, host } = cluster.a;
    const first = adapter.broadcast(event("first"), to([]));
    void adapter.broadcast(event("second"), { ...to([]), flags: { volatile: true } });
    void adapter.disconnectSockets(to([]), false);
    const socket = host.sockets.get("a1");
    expect(socket?.events).toEqual([]);
    open();
    await first;
    expect(socket?.events).toEqual([["first", "1"], ["second"]]);
    expect(socket?.calls).toEqual([["disconnect", false]]);
  });

  it("has nothing that waits once it is closed", async () => {
    const cluster = createCluster(false, true);
    cluster.bus.gate = new Promise(() => {});
    const broadcast = cluster.a.adapter.broadcast(event("x"), to([]));
    void cluster.a.adapter.close();
    await broadcast;
    expect(vi.getTimerCount()).toBe(0);
    expect(cluster.a.host.sockets.get("a1")?.events).toEqual([["x"]]);
  });

  it("delivers without an offset when none comes", async () => {
    const cluster = createCluster(false, true);
    cluster.bus.gate = new Promise(() => {});
    void cluster.a.adapter.broadcast(event("x"), to([]));
    await vi.advanceTimersByTimeAsync(5000);
    expect(cluster.a.host.sockets.get("a1")?.events).toEqual([["x"]]);
  });
});

describe("ClusterAdapterWithHeartbeat, nodes that come and go", () => {
  it("counts the nodes", async () => {
    const { bus, a, b } = createCluster(true);
    expect(await a.adapter.serverCount()).toBe(3);
    void b.adapter.close();
    b.isAlive = false;
    expect(await a.adapter.serverCount()).toBe(2);
    bus.add({});
    expect(await a.adapter.serverCount()).toBe(3);
  });

  it.each([2 ** 31, Infinity])("says so each %s ms, not each millisecond, when told so", (heartbeatInterval) => {
    const bus = new Bus();
    for (let node = 0; node < 2; node++) bus.add({ heartbeatInterval });
    bus.sent.length = 0;
    vi.advanceTimersByTime(1000);
    expect(bus.sent).toEqual([]);
  });

  it("says that it lives while it has nothing else to say", () => {
    const { bus, a } = createCluster(true);
    bus.sent.length = 0;
    vi.advanceTimersByTime(4000);
    void a.adapter.addSockets(to([]), ["r"]);
    vi.advanceTimersByTime(1500);
    const heartbeats = bus.sent.filter((message) => message.type === MessageType.HEARTBEAT);
    expect(heartbeats.map((message) => message.uid)).not.toContain(a.adapter.id);
    expect(heartbeats).toHaveLength(2);
  });

  it("is not fooled by messages of a node that overtook its goodbye", async () => {
    const { bus, a, c } = createCluster(true);
    bus.isHolding = true;
    void c.adapter.addSockets(to([]), ["r"]);
    void c.adapter.close();
    bus.release((parcels) => parcels.toReversed());
    expect(await a.adapter.serverCount()).toBe(2);
  });

  it("stops waiting for a node that dies without a word", async () => {
    const cluster = createCluster(true);
    const { adapter: dead } = cluster.c;
    cluster.c.isAlive = false;
    vi.spyOn(dead, "publish").mockImplementation(() => {});
    await vi.advanceTimersByTimeAsync(8000);
    const result = cluster.a.adapter.fetchSockets(to([]));
    await vi.advanceTimersByTimeAsync(4000);
    expect(ids(await result)).toEqual(["a1", "b1"]);
    expect(await cluster.a.adapter.serverCount()).toBe(2);
  });

  it("stops waiting for a node that leaves", async () => {
    const cluster = createCluster(true);
    cluster.c.isAlive = false;
    const result = serverSideEmit(cluster.a, "hello");
    cluster.b.host.onServerSideEvent = (args) => (args.at(-1) as (response: unknown) => void)("b");
    await vi.advanceTimersByTimeAsync(100);
    void cluster.c.adapter.close();
    expect(await result).toEqual([null, ["b"]]);
  });

  it.each(["emitter", "", null, 0])("does not take an emitter for a node: %j", async (uid) => {
    const { a } = createCluster(true);
    const opts = { rooms: [], except: [], flags: {} };
    a.adapter.receive({
      to: a,
      from: "emitter",
      content: { uid: uid as string, nsp: "/", type: MessageType.BROADCAST, data: { opts, packet: event("x") } },
      offset: "",
      kind: "message",
    });
    expect(a.host.sockets.get("a1")?.events).toEqual([["x"]]);
    expect(await a.adapter.serverCount()).toBe(3);
  });

  it("is silent once it is closed", () => {
    const { bus, a } = createCluster(true);
    for (const node of bus.nodes) {
      void node.adapter.close();
    }
    bus.sent.length = 0;
    void bus.add({});
    expect(bus.sent.map((message) => message.uid)).not.toContain(a.adapter.id);
  });
});

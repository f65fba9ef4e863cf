import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AdapterLike, BroadcastFlags, SocketDetails } from "../src/index.js";

/** One node with an adapter under test. */
export interface SuiteNode {
  readonly adapter: AdapterLike;
  /** Connects a socket and makes it join its own room and `rooms`. */
  connect(rooms: string[]): Promise<SuiteSocket>;
  close(): Promise<void>;
}

/** A connected socket, seen from both ends. */
export interface SuiteSocket {
  readonly id: string;
  /** Events its client has received so far. */
  received(): Promise<unknown[][]>;
  /** The client acknowledges each event of this name with `response`. */
  acknowledge(name: string, response: unknown): void;
  /** Events that were announced to its outgoing catch-all listeners. */
  announced(): unknown[][];
  isConnected(): Promise<boolean>;
}

interface Members {
  a: SuiteSocket;
  b: SuiteSocket;
  c: SuiteSocket;
}

/**
 * What every in-memory adapter does. Runs against ours on a fake namespace, and against ours and the one of socket.io-adapter on
 * a real server.
 */
export function describeAdapter(title: string, createNode: () => Promise<SuiteNode>): void {
  describe(title, () => {
    let node: SuiteNode;
    let members: Members;

    /** `a` is in r1, `b` in r1 and r2, `c` in r2. */
    beforeEach(async () => {
      node = await createNode();
      members = { a: await node.connect(["r1"]), b: await node.connect(["r1", "r2"]), c: await node.connect(["r2"]) };
    });

    afterEach(() => node.close());

    describeRooms(() => node);
    describeBroadcast(() => ({ node, members }));
    describeAcknowledgements(() => ({ node, members }));
    describeSelection(() => ({ node, members }));
  });
}

type Env = () => { node: SuiteNode; members: Members };

function options(
  rooms: string[],
  except: string[],
  flags: BroadcastFlags = {},
): { rooms: Set<string>; except: Set<string>; flags: BroadcastFlags } {
  return { rooms: new Set(rooms), except: new Set(except), flags };
}

function describeRooms(node: () => SuiteNode): void {
  it("keeps rooms and sockets as maps of sets", () => {
    const { adapter } = node();
    void adapter.addAll("x", new Set(["q", "r1"]));
    expect(adapter.rooms.get("q")).toEqual(new Set(["x"]));
    expect([...(adapter.rooms.get("r1") ?? [])].at(-1)).toBe("x");
    expect(adapter.sids.get("x")).toEqual(new Set(["q", "r1"]));
    expect(adapter.socketRooms("x")).toBe(adapter.sids.get("x"));
    expect(adapter.socketRooms("unknown")).toBeUndefined();
    void adapter.del("x", "r1");
    expect(adapter.sids.get("x")).toEqual(new Set(["q"]));
    adapter.delAll("x");
    expect([adapter.rooms.has("q"), adapter.sids.has("x")]).toEqual([false, false]);
  });

  it("tells of rooms and their members, in order", () => {
    const { adapter } = node();
    const log: unknown[][] = [];
    for (const name of ["create-room", "join-room", "leave-room", "delete-room"]) {
      adapter.on(name, (...args: unknown[]) => log.push([name, ...args]));
    }
    void adapter.addAll("x", new Set(["q", "r1"]));
    void adapter.addAll("x", new Set(["q"]));
    void adapter.del("x", "r1");
    void adapter.del("x", "unknown");
    adapter.delAll("x");
    expect(log).toEqual([
      ["create-room", "q"],
      ["join-room", "q", "x"],
      ["join-room", "r1", "x"],
      ["leave-room", "r1", "x"],
      ["leave-room", "q", "x"],
      ["delete-room", "q"],
    ]);
  });

  it("is one node, without recovery", async () => {
    const { adapter } = node();
    expect(await adapter.serverCount()).toBe(1);
    adapter.persistSession({ sid: "x", pid: "p", rooms: [], data: {} });
    expect(await adapter.restoreSession("p", "o")).toBeNull();
  });
}

function describeBroadcast(env: Env): void {
  it.each([
    ["everyone", [], [], "abc"],
    ["a room", ["r1"], [], "ab"],
    ["the union of rooms, once", ["r1", "r2"], [], "abc"],
    ["an unknown room", ["x"], [], ""],
    ["everyone but a room", [], ["r2"], "a"],
    ["a room but another", ["r1"], ["r2"], "a"],
    ["a room but unknown rooms", ["r2"], ["x", "y"], "bc"],
    ["rooms but several rooms", ["r1", "r2"], ["r1", "r2"], ""],
  ])("broadcasts to %s", async (_title, rooms, except, expected) => {
    const { node, members } = env();
    node.adapter.broadcast({ type: 2, data: ["hello", 1, { deep: true }] }, options(rooms, except));
    for (const [name, socket] of Object.entries(members) as Array<[string, SuiteSocket]>) {
      const events = expected.includes(name) ? [["hello", 1, { deep: true }]] : [];
      expect(await socket.received()).toEqual(events);
      expect(socket.announced()).toEqual(events);
    }
  });

  it("keeps the order of broadcasts", async () => {
    const { node, members } = env();
    for (let index = 0; index < 20; index++) {
      node.adapter.broadcast({ type: 2, data: ["n", index] }, options(index % 2 === 0 ? ["r1"] : [members.a.id], []));
    }
    const events = await members.a.received();
    expect(events.map((args) => args[1])).toEqual(Array.from({ length: 20 }, (_, index) => index));
  });

  it("takes text of any length and script", async () => {
    const { node, members } = env();
    const texts = ["", "é", "日本語", "🎉".repeat(50), "x".repeat(126), "x".repeat(70_000)];
    for (const text of texts) {
      node.adapter.broadcast({ type: 2, data: ["t", text] }, options(["r2"], [], { compress: false }));
    }
    expect((await members.c.received()).map((args) => args[1])).toEqual(texts);
  });

  it("reaches a socket that has joined since, and not one that has left", async () => {
    const { node, members } = env();
    void node.adapter.addAll(members.a.id, new Set(["r3"]));
    void node.adapter.del(members.b.id, "r1");
    node.adapter.broadcast({ type: 2, data: ["hello"] }, options(["r3", "r1"], []));
    expect(await members.a.received()).toEqual([["hello"]]);
    expect(await members.b.received()).toEqual([]);
  });
}

function describeAcknowledgements(env: Env): void {
  it("counts the recipients and gives each response", async () => {
    const { node, members } = env();
    members.a.acknowledge("question", "from a");
    members.b.acknowledge("question", "from b");
    const counts: number[] = [];
    const responses = await new Promise<unknown[]>((resolve) => {
      const collected: unknown[] = [];
      const collect = (response: unknown): void => {
        if (collected.push(response) === 2) {
          resolve(collected);
        }
      };
      const opts = options(["r1"], [], { timeout: 1000 });
      node.adapter.broadcastWithAck({ type: 2, data: ["question"] }, opts, (count) => counts.push(count), collect);
    });
    expect(counts).toEqual([2]);
    expect(responses.map(String).sort()).toEqual(["from a", "from b"]);
  });

  it("counts nobody in an unknown room", () => {
    const counts: number[] = [];
    const opts = options(["x"], []);
    env().node.adapter.broadcastWithAck(
      { type: 2, data: ["question"] },
      opts,
      (count) => counts.push(count),
      () => {},
    );
    expect(counts).toEqual([0]);
  });
}

function describeSelection(env: Env): void {
  it("finds sockets", async () => {
    const { node, members } = env();
    const { a, b, c } = members;
    expect(await node.adapter.sockets(new Set())).toEqual(new Set([a.id, b.id, c.id]));
    expect(await node.adapter.sockets(new Set(["r2", "x"]))).toEqual(new Set([b.id, c.id]));
    const found = await node.adapter.fetchSockets(options(["r1"], ["r2"]));
    expect(found.map((socket: SocketDetails) => [socket.id, [...socket.rooms].sort()])).toEqual([
      [a.id, [a.id, "r1"].sort()],
    ]);
  });

  it("makes sockets join and leave rooms", async () => {
    const { node, members } = env();
    node.adapter.addSockets(options(["r1"], []), ["r3", "r4"]);
    expect(node.adapter.rooms.get("r3")).toEqual(new Set([members.a.id, members.b.id]));
    node.adapter.delSockets(options(["r3"], ["r2"]), ["r3", "r1"]);
    expect(node.adapter.rooms.get("r3")).toEqual(new Set([members.b.id]));
    expect(node.adapter.rooms.get("r4")).toEqual(new Set([members.a.id, members.b.id]));
    await Promise.resolve();
  });

  it.each([true, false])("disconnects sockets (close: %s)", async (close) => {
    const { node, members } = env();
    node.adapter.disconnectSockets(options([], ["r2"]), close);
    expect(await members.a.isConnected()).toBe(false);
    expect([await members.b.isConnected(), await members.c.isConnected()]).toEqual([true, true]);
    expect(node.adapter.sids.has(members.a.id)).toBe(false);
  });
}

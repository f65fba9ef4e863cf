import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { event, FakeHost, to } from "../test/fake-host.js";
import type { AdapterServerOptions } from "./host.js";
import { SessionAwareAdapter } from "./session-aware-adapter.js";
import type { Session } from "./types.js";

const MAX_MS = 5000;

/** One client: what it is sent while connected is kept, so that its last offset is known. */
class Client {
  readonly sid: string;
  readonly #env: Environment;

  constructor(env: Environment, sid: string, rooms: string[]) {
    this.sid = sid;
    this.#env = env;
    this.connect(rooms);
  }

  connect(rooms: string[]): void {
    this.#env.host.add(this.sid);
    this.#env.adapter.addAll(this.sid, new Set([this.sid, ...rooms]));
  }

  /** Last offset it has received; `undefined` if it has received nothing. */
  get offset(): string | undefined {
    const offset = this.#env.host.sockets.get(this.sid)?.events.at(-1)?.at(-1);
    return typeof offset === "string" ? offset : undefined;
  }

  disconnect(): void {
    const { adapter, host } = this.#env;
    const rooms = [...(adapter.sids.get(this.sid) ?? [])];
    adapter.persistSession({ sid: this.sid, pid: `pid-${this.sid}`, rooms, data: {} });
    adapter.delAll(this.sid);
    host.sockets.delete(this.sid);
  }

  restore(offset: string | undefined): Promise<Session | null> {
    return this.#env.adapter.restoreSession(`pid-${this.sid}`, offset);
  }
}

class Environment {
  readonly host: FakeHost;
  readonly adapter: SessionAwareAdapter;

  constructor(opts: AdapterServerOptions["connectionStateRecovery"] = {}) {
    this.host = new FakeHost({ connectionStateRecovery: { maxDisconnectionDuration: MAX_MS, ...opts } });
    this.adapter = new SessionAwareAdapter(this.host);
  }

  client(sid: string, ...rooms: string[]): Client {
    return new Client(this, sid, rooms);
  }

  emit(name: string, rooms: string[] = [], except: string[] = []): void {
    this.adapter.broadcast(event(name), to(rooms, except));
  }
}

function missed(session: Session | null): unknown[] | null {
  return session === null ? null : session.missedPackets.map((args) => args[0]);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("SessionAwareAdapter, what is missed", () => {
  it("gives each missed packet once, in order, with its offset", async () => {
    const env = new Environment();
    const client = env.client("a", "r");
    env.emit("before");
    const { offset } = client;
    client.disconnect();
    env.emit("all");
    env.emit("room", ["r"]);
    env.emit("own", ["a"]);
    env.emit("other", ["x"]);
    env.emit("excepted", [], ["r"]);
    env.emit("two rooms", ["r", "a"]);
    const session = await client.restore(offset);
    expect(missed(session)).toEqual(["all", "room", "own", "two rooms"]);
    expect(session?.missedPackets.every((args) => args.length === 2 && typeof args[1] === "string")).toBe(true);
    expect(session).toMatchObject({ sid: "a", pid: "pid-a", rooms: ["a", "r"] });
  });

  it.each([
    ["volatile", event("x"), { volatile: true }],
    ["with an acknowledgement", { ...event("x"), id: 1 }, {}],
    ["no event", { ...event("x"), type: 3 }, {}],
  ])("does not log a packet that is %s", async (_title, packet, flags) => {
    const env = new Environment();
    const client = env.client("a");
    env.emit("before");
    const { offset } = client;
    env.adapter.broadcast(packet, { ...to([]), flags });
    expect(client.offset).not.toMatch(/\.2$/);
    client.disconnect();
    expect(missed(await client.restore(offset))).toEqual([]);
  });

  it("gives what was sent before the end of the connection was noticed", async () => {
    const env = new Environment();
    const client = env.client("a", "r");
    env.emit("received");
    const { offset } = client;
    env.emit("in flight", ["r"]);
    client.disconnect();
    expect(missed(await client.restore(offset))).toEqual(["in flight"]);
  });

  it("gives nothing that was sent before the client joined the room", async () => {
    const env = new Environment();
    env.client("b", "r");
    const client = env.client("a");
    env.emit("received");
    const { offset } = client;
    env.emit("too early", ["r"]);
    void env.adapter.addAll("a", new Set(["r"]));
    env.emit("in time", ["r"]);
    client.disconnect();
    expect(missed(await client.restore(offset))).toEqual(["in time"]);
  });

  it("gives what was in flight to a room the client has left since, and nothing after", async () => {
    const env = new Environment();
    env.client("b", "r");
    const client = env.client("a", "r");
    env.emit("received");
    const { offset } = client;
    env.emit("in flight", ["r"]);
    void env.adapter.del("a", "r");
    env.emit("too late", ["r"]);
    client.disconnect();
    expect(missed(await client.restore(offset))).toEqual(["in flight"]);
  });

  it("gives nothing that was kept from a room the client has left since", async () => {
    const env = new Environment();
    env.client("b", "r");
    const client = env.client("a", "r");
    env.emit("received");
    const { offset } = client;
    env.emit("excepted", [], ["r"]);
    void env.adapter.del("a", "r");
    env.emit("for all", [], ["r"]);
    client.disconnect();
    expect(missed(await client.restore(offset))).toEqual(["for all"]);
  });

  it("works from the first moment: a client that has received nothing gets all since it connected", async () => {
    const env = new Environment();
    env.client("b");
    env.emit("before it connected");
    const client = env.client("a");
    env.emit("in flight");
    client.disconnect();
    env.emit("missed");
    expect(missed(await client.restore(undefined))).toEqual(["in flight", "missed"]);
  });

  it("gives nothing from before the client connected, whatever its offset", async () => {
    const env = new Environment();
    const first = env.client("first");
    env.emit("one");
    const { offset } = first;
    env.emit("two");
    const client = env.client("a");
    client.disconnect();
    env.emit("three");
    expect(missed(await client.restore(offset))).toEqual(["three"]);
  });
});

describe("SessionAwareAdapter, when it does not restore", () => {
  it.each([
    ["an offset of another server", "other.1"],
    ["a string that is no offset", "hello"],
  ])("refuses %s", async (_title, offset) => {
    const env = new Environment();
    const client = env.client("a");
    env.emit("x");
    client.disconnect();
    expect(await client.restore(offset)).toBeNull();
  });

  it("restores a session once", async () => {
    const env = new Environment();
    const client = env.client("a");
    env.emit("x");
    const { offset } = client;
    client.disconnect();
    const both = await Promise.all([client.restore(offset), client.restore(offset)]);
    expect(both.map(missed)).toEqual([[], null]);
  });

  it("keeps the newer of two sessions of a client", async () => {
    const env = new Environment();
    const client = env.client("a", "old");
    env.emit("x");
    client.disconnect();
    client.connect(["new"]);
    env.emit("y");
    const { offset } = client;
    client.disconnect();
    expect(await client.restore(offset)).toMatchObject({ rooms: ["a", "new"] });
  });

  it.each([
    ["just in time", MAX_MS, []],
    ["too late", MAX_MS + 1, null],
  ])("restores %s", async (_title, delayMs, expected) => {
    const env = new Environment();
    const client = env.client("a");
    env.emit("x");
    const { offset } = client;
    client.disconnect();
    await vi.advanceTimersByTimeAsync(delayMs);
    expect(missed(await client.restore(offset))).toEqual(expected);
  });

  it("refuses when a missed packet had to leave the log", async () => {
    const env = new Environment({ maxLogPackets: 2 });
    const client = env.client("a");
    env.emit("received");
    const { offset } = client;
    client.disconnect();
    for (const name of ["one", "two", "three"]) {
      env.emit(name, ["a"]);
    }
    expect(await client.restore(offset)).toBeNull();
  });

  it("restores when only packets for others had to leave the log", async () => {
    const env = new Environment({ maxLogPackets: 2 });
    env.client("b", "r");
    const client = env.client("a");
    env.emit("received");
    const { offset } = client;
    client.disconnect();
    for (const name of ["one", "two", "three"]) {
      env.emit(name, ["r"]);
    }
    env.emit("four", ["a"]);
    expect(missed(await client.restore(offset))).toEqual(["four"]);
  });
});

describe("SessionAwareAdapter, after idle", () => {
  it("restores a client whose last packet has left the log long ago", async () => {
    const env = new Environment();
    env.client("b", "busy");
    const client = env.client("a");
    env.emit("received", ["a"]);
    const { offset } = client;
    for (let round = 0; round < 20; round++) {
      env.emit("busy", ["busy"]);
      await vi.advanceTimersByTimeAsync(MAX_MS);
    }
    client.disconnect();
    env.emit("missed", ["a"]);
    expect(missed(await client.restore(offset))).toEqual(["missed"]);
  });

  it.each([
    ["to all", []],
    ["to a room", ["r"]],
  ])("restores a client that has only sent, %s others, since it received its last packet", async (_title, rooms) => {
    const env = new Environment();
    env.client("b", "r");
    const client = env.client("a", "r");
    env.emit("received", ["a"]);
    const { offset } = client;
    for (let round = 0; round < 20; round++) {
      env.emit("own", rooms, ["a"]);
      await vi.advanceTimersByTimeAsync(MAX_MS);
    }
    client.disconnect();
    env.emit("missed", ["a"]);
    expect(missed(await client.restore(offset))).toEqual(["missed"]);
  });

  it("restores it although it has left a room meanwhile", async () => {
    const env = new Environment();
    env.client("b", "busy");
    const client = env.client("a", "lobby");
    env.emit("received", ["lobby"]);
    const { offset } = client;
    env.emit("busy", ["busy"]);
    void env.adapter.del("a", "lobby");
    await vi.advanceTimersByTimeAsync(10 * MAX_MS);
    env.emit("busy", ["busy"]);
    client.disconnect();
    expect(missed(await client.restore(offset))).toEqual([]);
  });
});

describe("SessionAwareAdapter, between restoring and joining", () => {
  it("does not restore again what was put back when a packet for it had left the log since", async () => {
    const env = new Environment({ maxLogPackets: 2 });
    env.client("b", "busy");
    const client = env.client("a");
    client.disconnect();
    env.emit("missed", ["a"]);
    expect(missed(await client.restore(undefined))).toEqual(["missed"]);
    env.adapter.persistSession({ sid: "a", pid: "pid-a", rooms: ["a"], data: {} }); // the new connection has ended, too
    env.emit("one", ["busy"]);
    env.emit("two", ["busy"]);
    expect(await client.restore(undefined)).toBeNull();
  });

  it("adds what is sent before the new connection has joined, and nothing after", async () => {
    const env = new Environment();
    const client = env.client("a", "r");
    env.emit("received");
    const { offset } = client;
    client.disconnect();
    const session = await client.restore(offset);
    env.emit("meanwhile", ["r"]);
    client.connect(["r"]);
    env.emit("after", ["r"]);
    expect(missed(session)).toEqual(["meanwhile"]);
    expect(env.host.sockets.get("a")?.events).toEqual([["after", expect.any(String)]]);
  });

  it("gives the same packets again when the new connection is lost before they arrive", async () => {
    const env = new Environment();
    const client = env.client("a", "r");
    env.emit("received");
    const { offset } = client;
    client.disconnect();
    env.emit("one", ["r"]);
    await client.restore(offset);
    client.connect([]);
    void env.adapter.addAll("a", new Set(["r"]));
    env.emit("two", ["r"]);
    client.disconnect();
    expect(missed(await client.restore(offset))).toEqual(["one", "two"]);
  });

  it("takes a session back whose new connection never joined", async () => {
    const env = new Environment();
    const client = env.client("a", "r");
    env.emit("received");
    const { offset } = client;
    client.disconnect();
    const session = await client.restore(offset);
    env.adapter.persistSession(session ?? { sid: "", pid: "", rooms: [], data: null });
    env.emit("missed", ["r"]);
    expect(missed(await client.restore(offset))).toEqual(["missed"]);
  });
});

describe("SessionAwareAdapter, what it keeps", () => {
  it("logs nothing nobody could need", () => {
    const env = new Environment();
    const nobody = event("x");
    env.adapter.broadcast(nobody, to([]));
    env.client("a");
    const deserted = event("x");
    env.adapter.broadcast(deserted, to(["deserted"]));
    expect([nobody.data, deserted.data]).toEqual([["x"], ["x"]]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("has one timer while there is something to forget, and none after", async () => {
    const env = new Environment();
    const client = env.client("a");
    env.emit("x");
    env.emit("y");
    client.disconnect();
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(2 * MAX_MS + 50_000);
    expect(vi.getTimerCount()).toBe(0);
    expect(await client.restore(undefined)).toBeNull();
  });

  it("has no timer after close", () => {
    const env = new Environment();
    const client = env.client("a");
    env.emit("x");
    client.disconnect();
    void env.adapter.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("encodes a packet once", () => {
    const env = new Environment();
    env.client("a");
    env.client("b");
    env.emit("x");
    expect(env.host.encodings).toBe(1);
  });
});

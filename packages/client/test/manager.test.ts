// The manager over an engine client that does what the test says.
import { describe, expect, it, vi } from "vitest";
import { BareManager } from "../src/bare-manager.js";
import type { EngineClass } from "../src/manager-connection.js";
import { Emitter, type EventsMap } from "../src/emitter.js";
import { Socket } from "../src/socket.js";

/** Refuses its options while `isBroken`; opens when told to. */
class FakeEngine extends Emitter<EventsMap, EventsMap> {
  static isBroken = false;
  static current: FakeEngine;
  readonly hostname = "server";
  readonly port = "80";
  readonly secure = false;
  readonly written: unknown[] = [];
  isSilent = false;

  constructor() {
    super();
    if (FakeEngine.isBroken) throw new TypeError("unknown transport");
    FakeEngine.current = this;
  }

  write(message: unknown): void {
    this.written.push(message);
  }
  close(): void {}
  checkSize(): null {
    return null;
  }
  _hasPingExpired(): boolean {
    return this.isSilent;
  }
}

function managerOf(): BareManager {
  const engineClass = FakeEngine as unknown as EngineClass;
  return new BareManager(
    "http://server",
    { autoConnect: false, reconnectionDelay: 1, reconnectionDelayMax: 1 },
    engineClass,
  );
}

describe("a manager whose options are wrong for a while", () => {
  it("throws at the program that opens it, and can be opened afterwards", () => {
    FakeEngine.isBroken = true;
    const manager = managerOf();
    expect(() => manager.open()).toThrow("unknown transport");
    FakeEngine.isBroken = false;
    expect(manager.open()._readyState).toBe("opening");
  });

  it("reports it when it reconnects, and receives every packet once when they are right again", async () => {
    vi.useFakeTimers();
    try {
      const manager = managerOf();
      const packets: unknown[] = [];
      const errors: string[] = [];
      manager.on("packet", ({ data }) => packets.push(data));
      manager.on("reconnect_error", ({ message }) => errors.push(message));
      manager.open();
      FakeEngine.current.emit("open");
      FakeEngine.isBroken = true;
      FakeEngine.current.emit("close", "transport close");
      await vi.advanceTimersByTimeAsync(4);
      expect(errors.length).toBeGreaterThan(1);
      FakeEngine.isBroken = false;
      await vi.advanceTimersByTimeAsync(2);
      FakeEngine.current.emit("open");
      FakeEngine.current.emit("data", '2["once"]');
      await vi.advanceTimersByTimeAsync(0);
      expect(packets).toEqual([["once"]]);
    } finally {
      FakeEngine.isBroken = false;
      vi.useRealTimers();
    }
  });

  it("hears nothing of an engine it has discarded", async () => {
    const manager = managerOf();
    const packets: unknown[] = [];
    manager.on("packet", (packet) => packets.push(packet));
    manager.open();
    const old = FakeEngine.current;
    old.emit("open");
    manager._close();
    old.emit("data", '2["late"]');
    old.emit("close", "transport close");
    await Promise.resolve();
    expect(packets).toEqual([]);
    expect(manager._readyState).toBe("closed");
  });
});

describe("listeners that throw", () => {
  /** Lets what was decoded reach its listeners. @returns what they threw */
  async function deliver(...packets: string[]): Promise<unknown[]> {
    const thrown: unknown[] = [];
    const note = (error: unknown): number => thrown.push(error);
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException").on("uncaughtException", note);
    for (const packet of packets) FakeEngine.current.emit("data", packet);
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.removeListener("uncaughtException", note);
    for (const listener of listeners) process.on("uncaughtException", listener);
    return thrown;
  }

  it("take no replayed event from others, nor what waits to be sent, nor connect", async () => {
    const manager = managerOf();
    const socket = manager.socket("/");
    const heard: unknown[] = [];
    socket.on("n", (n: number) => {
      heard.push(n);
      if (n === 2) throw new Error("two");
    });
    socket.on("connect", () => heard.push("connect"));
    socket.emit("a");
    socket.emit("b", 1n);
    socket.emit("c");
    socket.connect();
    FakeEngine.current.emit("open");
    const thrown = await deliver('2["n",1]', '2["n",2]', '2["n",3]', '0{"sid":"s"}');
    expect(heard).toEqual([1, 2, 3, "connect"]);
    expect(FakeEngine.current.written).toEqual(["0", '2["a"]', '2["c"]']);
    expect(thrown).toEqual([new Error("two")]);
    expect(socket.sendBuffer).toEqual([]);
    manager._close();
  });

  it("do not keep the other sockets, nor the program, from hearing that the connection is lost", async () => {
    const manager = managerOf();
    manager.reconnection(false);
    const [first, second] = [manager.socket("/"), manager.socket("/b")];
    const heard: unknown[] = [];
    first.on("disconnect", () => {
      throw new Error("first");
    });
    second.on("disconnect", (reason) => heard.push(reason));
    manager.on("close", () => heard.push("close"));
    first.connect();
    second.connect();
    FakeEngine.current.emit("open");
    expect(await deliver('0{"sid":"s"}', '0/b,{"sid":"t"}')).toEqual([]);
    const answers = Promise.allSettled([first.emitWithAck("q"), second.emitWithAck("q")]);
    expect(() => FakeEngine.current.emit("close", "transport close")).toThrow("first");
    expect(await answers).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
    expect(heard).toEqual(["transport close", "close"]);
    expect([first.connected, second.connected]).toEqual([false, false]);
  });

  it("as acknowledgements of a lost connection do not keep the others from being told", async () => {
    const manager = managerOf();
    manager.reconnection(false);
    const socket = manager.socket("/").connect();
    FakeEngine.current.emit("open");
    expect(await deliver('0{"sid":"s"}')).toEqual([]);
    socket.timeout(1e6).emit("q", () => {
      throw new Error("ack");
    });
    const answer = expect(socket.emitWithAck("q")).rejects.toThrow("socket has been disconnected");
    expect(() => FakeEngine.current.emit("close", "transport close")).toThrow("ack");
    await answer;
  });
});

describe("an emit with retries while the server is silent", () => {
  it("is sent once, on the next connection", async () => {
    vi.useFakeTimers();
    try {
      const manager = managerOf();
      const socket = manager.socket("/", { retries: 1, ackTimeout: 1000 });
      socket.connect();
      FakeEngine.current.emit("open");
      FakeEngine.current.emit("data", '0{"sid":"s"}');
      await vi.advanceTimersByTimeAsync(0);
      FakeEngine.current.isSilent = true;
      socket.emit("a");
      FakeEngine.current.emit("close", "ping timeout");
      await vi.advanceTimersByTimeAsync(2);
      FakeEngine.current.emit("open");
      FakeEngine.current.emit("data", '0{"sid":"t"}');
      await vi.advanceTimersByTimeAsync(0);
      expect(FakeEngine.current.written.filter((packet) => String(packet).includes("a"))).toEqual(['20["a"]']);
      manager._close();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("what programs reach of a manager", () => {
  it("has the address in its options once it was opened", () => {
    const manager = managerOf();
    expect(manager.open().opts).toMatchObject({ hostname: "server", port: "80", secure: false });
  });

  it("disconnect() closes it, and reconnect() leaves it closed", () => {
    const manager = managerOf();
    const reasons: string[] = [];
    manager.on("close", (reason) => reasons.push(reason));
    manager.open();
    FakeEngine.current.emit("open");
    manager.disconnect();
    expect(manager.reconnect()).toBe(manager);
    expect([reasons, manager._readyState, manager._reconnecting]).toEqual([["forced close"], "closed", false]);
  });

  it("reconnect() by a listener of the loss begins the attempts, where they do not begin by themselves", () => {
    const manager = managerOf().reconnection(false);
    manager.on("close", () => manager.reconnect());
    manager.open();
    FakeEngine.current.emit("open");
    FakeEngine.current.emit("close", "transport close");
    expect(manager._reconnecting).toBe(true);
    manager.disconnect();
  });

  it("a socket that the program makes itself is connected", async () => {
    const manager = managerOf();
    const socket = new Socket(manager, "/news");
    expect(socket.active).toBe(false);
    socket.connect();
    FakeEngine.current.emit("open");
    expect(FakeEngine.current.written).toEqual(["0/news,"]);
    FakeEngine.current.emit("data", '0/news,{"sid":"a"}');
    await new Promise(setImmediate);
    expect([socket.id, manager.socket("/news")]).toEqual(["a", socket]);
    manager.disconnect();
  });

  it("a socket that the program makes itself connects by itself, when the manager does", () => {
    const manager = managerOf();
    manager._autoConnect = true;
    expect(new Socket(manager, "/").active).toBe(true);
    manager.disconnect();
  });
});

describe("sockets in the tests of a program", () => {
  it("are stand-ins, without a constructor, that are not connected until the test says so", () => {
    const standIn = Object.create(Socket.prototype) as Socket;
    expect([standIn.connected, standIn.id, standIn.active]).toEqual([false, undefined, false]);
    standIn.connected = true;
    standIn.id = "some id";
    expect([standIn.connected, standIn.disconnected, standIn.id]).toEqual([true, false, "some id"]);
  });

  it("keep what the test assigns until their state changes", () => {
    const manager = managerOf();
    const socket = manager.socket("/").connect();
    FakeEngine.current.emit("open");
    socket.onpacket({ type: 0, nsp: "/", data: { sid: "first" } });
    socket.connected = false;
    socket.emit("waits");
    expect(FakeEngine.current.written).toEqual(["0"]);
    socket.onpacket({ type: 0, nsp: "/", data: { sid: "second" } });
    expect([socket.connected, socket.id, FakeEngine.current.written]).toEqual([true, "second", ["0", '2["waits"]']]);
    socket.id = "mine";
    manager._close();
    expect([socket.connected, socket.id]).toEqual([false, undefined]);
  });
});

// What the client does beyond socket.io-client.
import { describe, expect, it } from "vitest";
import { io } from "@halyard/client";
import { CLIENTS, Pair, SERVERS, until, type ClientOptions } from "./support.js";

const pair = (options = {}): Pair =>
  new Pair(SERVERS["socket.io"]!, CLIENTS["halyard"]!, { transports: ["websocket"] }, options);

describe("details of a disconnection", () => {
  it("say who, how and since when", async () => {
    const here = pair();
    const client = await here.connected();
    const details = await new Promise<Record<string, unknown>>((resolve) => {
      client.on("disconnect", (_reason, description) => resolve(description as unknown as Record<string, unknown>));
      here.socket.conn.close();
    });
    expect(details).toMatchObject({ description: "websocket connection closed", code: 1005, initiator: "server" });
    expect(details["idleMs"]).toBeTypeOf("number");
  });

  it("hint at a message that was too large", async () => {
    const here = pair({ maxHttpBufferSize: 1000 });
    const client = await here.connected();
    const details = await new Promise<unknown>((resolve) => {
      client.on("disconnect", (_reason, description) => resolve(description));
      client.emit("large", "x".repeat(2000));
    });
    expect(details).toMatchObject({ code: 1009, hint: expect.stringContaining("maxHttpBufferSize") as string });
  });
});

describe("a message above the announced maxPayload", () => {
  const large = "x".repeat(2000);

  it("fails its acknowledgement, and the connection lives", async () => {
    const here = pair({ maxHttpBufferSize: 1000 });
    const client = await here.connected();
    await expect(client.emitWithAck("large", large)).rejects.toThrow(
      /exceeds the maxPayload of the server, 1000 bytes/,
    );
    expect(client.connected).toBe(true);
  });

  it("is an error event when somebody listens", async () => {
    const here = pair({ maxHttpBufferSize: 1000 });
    const client = await here.connected();
    const errors: unknown[] = [];
    client.on("error", (error: Error) => errors.push(error.name));
    client.emit("large", large);
    expect(errors).toEqual(["RangeError"]);
    expect(client.connected).toBe(true);
  });
});

describe("a bounded send buffer", () => {
  const options = (more: object): ClientOptions => ({ maxBufferedPackets: 2, ...more }) as ClientOptions;
  const names = async (more: object): Promise<unknown[]> => {
    const client = await pair().client(options(more));
    for (const name of ["one", "two", "three"]) client.emit(name);
    return client.sendBuffer.map(({ data }) => (data as unknown[])[0]);
  };

  it("drops the newest, or the oldest", async () => {
    expect(await names({})).toEqual(["one", "two"]);
    expect(await names({ bufferPolicy: "drop-oldest" })).toEqual(["two", "three"]);
  });

  it("tells the acknowledgement", async () => {
    const client = await pair().client(options({ maxBufferedPackets: 0 }));
    await expect(client.emitWithAck("one")).rejects.toThrow("the send buffer is full");
  });

  it("counts bytes", async () => {
    const client = await pair().client({ maxBufferedBytes: 20 } as ClientOptions);
    client.emit("a", "123456"); // 2["a","123456"]: 14 bytes and the type of the message
    client.emit("b");
    expect(client.sendBuffer).toHaveLength(1);
  });
});

describe("the recovery offset", () => {
  it.each([
    [false, 2],
    [true, 1],
  ])("is hidden when hideRecoveryOffset is %s: %i arguments", async (hideRecoveryOffset, count) => {
    const here = pair({ connectionStateRecovery: {} });
    const client = await here.connected({ hideRecoveryOffset } as ClientOptions);
    await until(() => here.accepted.length === 1);
    const args = await new Promise<unknown[]>((resolve) => {
      client.on("event", (...received: unknown[]) => resolve(received));
      here.server.emit("event", "argument");
    });
    expect(args).toHaveLength(count);
    expect((client as unknown as { _lastOffset: unknown })._lastOffset).toBeTypeOf("string");
  });
});

describe("wrong use", () => {
  it.each([
    [
      "an unknown transport",
      () => io("http://127.0.0.1:1", { transports: ["carrier-pigeon"], forceNew: true }),
      /carrier-pigeon/,
    ],
    [
      "a reserved event",
      () => io("http://127.0.0.1:1", { autoConnect: false, forceNew: true }).emit("connect"),
      '"connect" is a reserved event name',
    ],
  ])("%s throws at once", (_title, act, error) => {
    expect(act).toThrow(error);
  });
});

describe("a page that waits", () => {
  it("connects soon when it is told that the network is back", async () => {
    const here = pair();
    const client = await here.connected({ reconnectionDelay: 60_000, reconnectionDelayMax: 60_000 });
    const listeners = new Map<string, () => void>();
    // Node has no such events: a page of our own.
    Object.assign(globalThis, {
      addEventListener: (name: string, listener: () => void) => listeners.set(name, listener),
      removeEventListener: (name: string) => listeners.delete(name),
    });
    try {
      client.io.engine.close();
      client.io.reconnectionDelay(10); // what is random about "soon" is a part of it
      listeners.get("online")!();
      await until(() => client.connected);
      expect(listeners.has("online")).toBe(false);
    } finally {
      Reflect.deleteProperty(globalThis, "addEventListener");
      Reflect.deleteProperty(globalThis, "removeEventListener");
    }
  });
});

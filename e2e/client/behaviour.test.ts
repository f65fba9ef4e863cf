// Behaviour at the edges: what a program sees of a client, in which order. Every row also holds for socket.io-client, so
// that the expectation is a fact and not a wish.
import { describe, expect, it } from "vitest";
import { CLIENTS, everywhere, pause, until, type Client, type ClientOptions, type Pair } from "./support.js";

describe("disconnection", () => {
  const lost = async (pair: Pair, act: (client: Client) => void, options: ClientOptions = {}): Promise<unknown> => {
    const client = await pair.connected(options);
    const reasons: unknown[] = [];
    client.on("disconnect", (reason) => reasons.push(reason, client.active, client.id));
    await until(() => pair.accepted.length === 1);
    act(client);
    await until(() => reasons.length > 0);
    return reasons;
  };

  everywhere("by the client", ["io client disconnect", false, undefined], (pair) =>
    lost(pair, (client) => client.disconnect()),
  );
  everywhere("by the server", ["io server disconnect", false, undefined], (pair) =>
    lost(pair, () => pair.socket.disconnect()),
  );
  everywhere("by the server, with the connection", ["io server disconnect", false, undefined], (pair) =>
    lost(pair, () => pair.socket.disconnect(true)),
  );
  everywhere("of the engine by the client", ["forced close", true, undefined], (pair) =>
    lost(pair, (client) => client.io.engine.close()),
  );
  everywhere("of the engine by the server", ["transport close", true, undefined], (pair) =>
    lost(pair, () => pair.socket.conn.close()),
  );
});

describe("order on connection", () => {
  everywhere(
    "buffered events leave before those of the connect listener",
    { client: ["out:a", "out:b", "connect", "out:c", "welcome"], server: ["a", "b", "c"] },
    async (pair) => {
      const server: string[] = [];
      pair.server.on("connection", (socket) => {
        socket.onAny((name: string, ...args: unknown[]) => {
          server.push(name);
          (args.at(-1) as (() => void) | undefined)?.();
        });
        socket.emit("welcome");
      });
      const client = await pair.client();
      const log: string[] = [];
      client.onAnyOutgoing((name) => log.push(`out:${name}`));
      client.on("connect", () => {
        log.push("connect");
        client.emit("c");
      });
      client.on("welcome", () => log.push("welcome"));
      client.emit("a");
      client.emit("b");
      client.volatile.emit("never");
      client.connect();
      await until(() => server.length === 3 && log.length === 5);
      return { client: log, server };
    },
  );

  everywhere("the retry queue leaves before the connect event", ["out:a", "connect"], async (pair) => {
    const client = await pair.client({ retries: 1, ackTimeout: 1000 });
    const log: string[] = [];
    client.onAnyOutgoing((name) => log.push(`out:${name}`));
    client.on("connect", () => log.push("connect"));
    client.emit("a");
    client.emit("b");
    client.connect();
    await until(() => client.connected);
    return log;
  });

  everywhere("events of a lost connection are sent on the next", [["lost"], "kept", "new"], async (pair) => {
    const received: unknown[] = [];
    pair.server.on("connection", (socket) => socket.onAny((name: string) => received.push(name)));
    const client = await pair.connected();
    client.on("disconnect", () => client.emit("kept"));
    client.io.engine.close();
    await until(() => pair.accepted.length === 2 && received.length === 1);
    client.emit("new");
    await until(() => received.length === 2);
    return [["lost"], ...received];
  });
});

describe("refusal", () => {
  everywhere("of an unknown namespace", [["connect_error", "Invalid namespace"], false], async (pair) => {
    const client = await pair.client({}, "/unknown");
    pair.record(client, "connect_error");
    client.connect();
    await until(() => pair.log.length > 0);
    return [...pair.log, client.active];
  });

  everywhere("by a middleware, with data", ["not authorized", { code: 7 }, false], async (pair) => {
    pair.server.use((_socket, next) => next(Object.assign(new Error("not authorized"), { data: { code: 7 } })));
    const client = await pair.client();
    const errors: unknown[] = [];
    client.on("connect_error", (error) => errors.push(error.message, (error as { data?: unknown }).data));
    client.connect();
    await until(() => errors.length > 0);
    return [...errors, client.active];
  });
});

describe("reconnection", () => {
  it.each(Object.entries(CLIENTS))("of %s reports attempts, errors and failure in order", async (_name, io) => {
    const client = io("http://127.0.0.1:1", {
      forceNew: true,
      autoConnect: false,
      reconnectionDelay: 5,
      randomizationFactor: 0,
      reconnectionAttempts: 2,
      transports: ["polling"],
    });
    client.connect();
    const log: unknown[] = [];
    for (const event of ["error", "reconnect_attempt", "reconnect_error", "reconnect_failed", "reconnect", "close"]) {
      client.io.on(event as "error", (arg: unknown) => log.push(typeof arg === "number" ? `${event} ${arg}` : event));
    }
    client.on("connect_error", (error) => log.push(`connect_error ${error.message}`));
    await until(() => log.includes("reconnect_failed"));
    await pause(20);
    const seen = [...log];
    client.disconnect();
    expect(seen).toEqual([
      "connect_error xhr poll error",
      "error",
      "reconnect_attempt 1",
      "connect_error xhr poll error",
      "error",
      "reconnect_error",
      "reconnect_attempt 2",
      "connect_error xhr poll error",
      "error",
      "reconnect_failed",
      "reconnect_error",
    ]);
  });

  everywhere(
    "is reported by the manager",
    [["close", "forced close"], ["reconnect_attempt", 1], ["open"], ["reconnect", 1]],
    async (pair) => {
      const client = await pair.connected();
      pair.record(client.io, "open", "close", "reconnect_attempt", "reconnect", "reconnect_error");
      client.io.engine.close();
      await until(() => pair.log.length === 4);
      return pair.log.map((entry) => (entry as unknown[]).slice(0, 2).filter((part) => part !== undefined));
    },
  );

  everywhere("asks an auth function each time", [1, 2], async (pair) => {
    let count = 0;
    const client = await pair.connected({ auth: (cb) => cb({ count: ++count }) });
    client.io.engine.close();
    await until(() => pair.accepted.length === 2);
    return pair.accepted.map((socket) => socket.handshake.auth["count"] as number);
  });

  everywhere("does not happen when the program disconnects in a disconnect listener", [1, false], async (pair) => {
    const client = await pair.connected();
    client.on("disconnect", () => client.disconnect());
    client.io.engine.close();
    await pause(100);
    return [pair.accepted.length, client.active];
  });
});

describe("acknowledgements", () => {
  everywhere("carry all arguments, binary included, once", [[1, "two", [3]]], async (pair) => {
    pair.server.on("connection", (socket) =>
      socket.on("ask", (_data: Buffer, answer: (...args: unknown[]) => void) => {
        answer(1, "two", Buffer.of(3));
        answer("again");
      }),
    );
    const client = await pair.connected();
    const answers: unknown[] = [];
    client.emit("ask", Buffer.of(1, 2), (...args: unknown[]) => answers.push(args));
    await until(() => answers.length > 0);
    await pause(30);
    return answers.map((args) => (args as unknown[]).map((arg) => (Buffer.isBuffer(arg) ? Array.from(arg) : arg)));
  });

  everywhere(
    "fail after the disconnect event, when they begin with an error",
    ["disconnect", "timeout: socket has been disconnected", "promise: socket has been disconnected"],
    async (pair) => {
      const client = await pair.connected({ reconnection: false });
      const log: string[] = [];
      client.on("disconnect", () => log.push("disconnect"));
      client.emit("unanswered", () => log.push("plain"));
      client.timeout(5000).emit("unanswered", (error: Error) => log.push(`timeout: ${error.message}`));
      client.emitWithAck("unanswered").catch((error: Error) => log.push(`promise: ${error.message}`));
      await pause(30);
      client.io.engine.close();
      await pause(50);
      return log;
    },
  );

  everywhere("time out, and a late answer is ignored", ["operation has timed out"], async (pair) => {
    pair.server.on("connection", (socket) => socket.on("late", (cb: () => void) => setTimeout(cb, 100)));
    const client = await pair.connected();
    const log: unknown[] = [];
    client.timeout(30).emit("late", (error: Error | null) => log.push(error?.message));
    await pause(200);
    return log;
  });

  everywhere(
    "time out while buffered, which takes the packet out of the buffer",
    ["operation has timed out", 1],
    async (pair) => {
      const client = await pair.client();
      const log: unknown[] = [];
      client.emit("kept");
      client.timeout(20).emit("gone", (error: Error) => log.push(error.message));
      await until(() => log.length > 0);
      return [...log, client.sendBuffer.length];
    },
  );
});

describe("what programs keep on a socket", () => {
  const NAMES = ["state", "session", "host", "user", "username", "room", "game", "leave"];

  /** Not `leave` on a server, where it is a method. */
  const keep = (socket: object, names: readonly string[]): void => {
    for (const name of names) (socket as Record<string, unknown>)[name] = name;
  };

  everywhere("is theirs, and disturbs nothing", ["x", true, false, NAMES, NAMES.slice(0, -1)], async (pair) => {
    pair.server.use((socket, next) => {
      keep(socket, NAMES.slice(0, -1));
      next();
    });
    pair.server.on("connection", (socket) => socket.on("echo", (value, cb: (value: unknown) => void) => cb(value)));
    const client = await pair.client();
    keep(client, NAMES);
    client.connect();
    const answer: unknown = await client.emitWithAck("echo", "x");
    const wasConnected = client.connected;
    const { socket } = pair;
    client.disconnect();
    await until(() => socket.disconnected);
    const kept = (object: object): unknown[] => NAMES.map((name) => (object as Record<string, unknown>)[name]);
    return [answer, wasConnected, client.connected, kept(client), kept(socket).slice(0, -1)];
  });
});

describe("retries", () => {
  everywhere(
    "send again until acknowledged, one at a time, and give up",
    ["1", "1", "1", "1: null ok", "2", "2: null ok", "3", "3", "3", "3", "3: operation has timed out"],
    async (pair) => {
      const log: string[] = [];
      let ignored = 2;
      pair.server.on("connection", (socket) =>
        socket.on("try", (n: string, cb: (answer: string) => void) => {
          log.push(n);
          if (n !== "3" && ignored-- <= 0) cb("ok");
        }),
      );
      const client = await pair.connected({ retries: 3, ackTimeout: 200 });
      for (const n of ["1", "2", "3"]) {
        client.emit("try", n, (error: Error | null, answer?: string) =>
          log.push(`${n}: ${error ? error.message : `null ${answer}`}`),
        );
      }
      await until(() => log.some((entry) => entry.startsWith("3: ")));
      return log;
    },
  );

  everywhere("send the head again at once after a reconnection", ["a", "a", "b"], async (pair) => {
    const log: string[] = [];
    pair.server.on("connection", (socket) =>
      socket.on("try", (n: string, cb: () => void) => {
        log.push(n);
        if (pair.accepted.length > 1) cb();
      }),
    );
    const client = await pair.connected({ retries: 3, ackTimeout: 10_000 });
    client.emit("try", "a");
    client.emit("try", "b");
    await until(() => log.length === 1);
    client.io.engine.close();
    await until(() => log.length === 3);
    return log;
  });
});

describe("connection state recovery", () => {
  const recovery = { connectionStateRecovery: {} };

  everywhere(
    "delivers what was missed before the connect event, and the same id",
    { events: ["connect false", "seen", "disconnect", "missed", "connect true"], isSame: true, rooms: 2 },
    async (pair) => {
      const client = await pair.client();
      const events: string[] = [];
      client.on("connect", () => events.push(`connect ${client.recovered}`));
      client.on("disconnect", () => events.push("disconnect"));
      client.onAny((name) => events.push(name as string));
      client.connect();
      await until(() => pair.accepted.length === 1 && client.connected);
      const { id } = client;
      await pair.socket.join("room");
      pair.server.to("room").emit("seen");
      await until(() => events.includes("seen"));
      client.io.engine.close();
      await pause(5);
      pair.server.to("room").emit("missed");
      await until(() => pair.accepted.length === 2 && client.connected);
      return { events, isSame: client.id === id, rooms: pair.socket.rooms.size };
    },
    recovery,
  );
});

describe("multiplexing", () => {
  everywhere("shares a connection; the last socket closes it", [true, "open", "closed"], async (pair) => {
    pair.server.of("/admin");
    const client = await pair.connected();
    const admin = client.io.socket("/admin", {});
    admin.connect();
    await until(() => admin.connected);
    const states: unknown[] = [admin.io === client.io];
    client.disconnect();
    states.push(client.io._readyState);
    admin.disconnect();
    return [...states, admin.io._readyState];
  });

  everywhere("returns the same socket for a namespace", true, async (pair) => {
    const client = await pair.client();
    return client.io.socket("/a") === client.io.socket("/a");
  });
});

describe("messages", () => {
  everywhere("survive the way there and back", true, async (pair) => {
    pair.server.on("connection", (socket) =>
      socket.on("echo", (...args: unknown[]) => (args.pop() as (...a: unknown[]) => void)(...args)),
    );
    const client = await pair.connected();
    const data = [
      "é€😀",
      { a: [null, { b: false }] },
      Buffer.from([0, 255, 128]),
      [Buffer.alloc(3)],
      "x".repeat(50_000),
    ];
    const answer = await new Promise((resolve) => client.emit("echo", ...data, (...args: unknown[]) => resolve(args)));
    expect(answer).toEqual(data);
    return true;
  });

  everywhere("arrive in order across whatever happens to the transport", true, async (pair) => {
    const received: number[] = [];
    pair.server.on("connection", (socket) => socket.on("n", (n: number) => received.push(n)));
    const client = await pair.client();
    client.connect();
    for (let n = 0; n < 300; n++) {
      client.emit("n", n, n % 7 === 0 ? Buffer.of(n & 255) : "");
      if (n % 50 === 0) await pause(3);
    }
    await until(() => received.length === 300);
    return received.every((n, index) => n === index);
  });
});

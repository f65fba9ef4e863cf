import { describe, expect, it, vi } from "vitest";
import { Socket } from "../src/socket.js";
import { collectUncaught } from "./collect-uncaught.js";
import { FakeSession, serve, settle } from "./fake-session.js";

const mask = (packets: unknown[]): unknown[] =>
  packets.map((packet) =>
    typeof packet === "string" ? packet.replace(/"(sid|pid)":"[\w-]{20}"/g, '"$1":"*"') : packet,
  );

describe("Socket.IO protocol v5 (server), connection to a namespace", () => {
  it("answers a CONNECT with the id", async () => {
    const { connect } = serve();
    const session = await connect("0");
    expect(mask(session.sent)).toEqual(['0{"sid":"*"}']);
  });

  it("keeps several namespaces on one connection apart", async () => {
    const { io, connect } = serve();
    io.of("/admin").on("connection", (socket) => socket.on("a", () => socket.emit("admin")));
    io.on("connection", (socket) => socket.on("a", () => socket.emit("main")));
    const session = await connect("0", "0/admin,");
    session.take();
    await session.receive('2/admin,["a"]', '2["a"]');
    expect(session.sent).toEqual(['2/admin,["admin"]', '2["main"]']);
  });

  it("refuses an unknown namespace and goes on", async () => {
    const { connect } = serve();
    const session = await connect("0/nope,", "0");
    expect(mask(session.sent)).toEqual(['4/nope,{"message":"Invalid namespace"}', '0{"sid":"*"}']);
    expect(session.readyState).toBe("open");
  });

  it("refuses what a middleware refuses, with its data", async () => {
    const { io, connect } = serve();
    io.use((_socket, next) => next(Object.assign(new Error("not authorized"), { data: { code: 7 } })));
    const session = await connect("0");
    expect(session.sent).toEqual(['4{"message":"not authorized","data":{"code":7}}']);
    expect(io.sockets.sockets.size).toBe(0);
  });

  it.each([
    ["its data", { code: 7 }, '4{"code":7}'],
    ["its message, when there is no data", undefined, '4"no"'],
    ["its message, when the data is 0", 0, '4"no"'],
  ])("tells clients of revision 3 one thing of what a middleware refuses: %s", async (_title, data, sent) => {
    const { io } = serve();
    io.use((_socket, next) => next(Object.assign(new Error("no"), { data })));
    const session = new FakeSession(3);
    io.onconnection(session);
    await settle();
    expect(session.sent).toEqual([sent]);
  });

  it("runs middlewares in order, before the connection event, with the auth payload", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.use((socket, next) => {
      log.push(["first", socket.handshake.auth, socket.connected, socket.rooms.size]);
      void socket.join("early");
      next();
      log.push("after next");
    });
    io.use((_socket, next) => setImmediate(next));
    io.on("connect", () => log.push("connect"));
    io.on("connection", (socket) => log.push(["connection", socket.connected, [...socket.rooms].length]));
    await connect('0{"token":1}');
    expect(log).toEqual([["first", { token: 1 }, false, 0], "after next", "connect", ["connection", true, 2]]);
  });

  it.each([
    ["a second CONNECT", ["0", "0"]],
    ["a second CONNECT while the first waits", ["0/slow,", "0/slow,"]],
    ["an event before CONNECT", ['2["a"]']],
    ["an acknowledgement before CONNECT", ["31[]"]],
    ["a DISCONNECT before CONNECT", ["1"]],
    ["an event for a namespace not joined", ["0", '2/other,["a"]']],
    ["CONNECT_ERROR of a client", ["0", '4{"message":"x"}']],
  ])("closes the connection after %s", async (_title, messages) => {
    const { io, connect } = serve();
    io.of("/slow").use(() => {});
    const reasons: string[] = [];
    io.on("connection", (socket) => socket.on("disconnect", (reason) => reasons.push(reason)));
    const session = await connect(...messages);
    expect(session.closeReason).toBe("forced close");
    expect(reasons).toEqual(messages[0] === "0" ? ["forced close"] : []);
  });

  it("reads the query behind a namespace of revision 3: an ordinary object, the last of equal names wins", async () => {
    const { io } = serve();
    const auths: object[] = [];
    io.of("/chat").on("connection", (socket) => auths.push(socket.handshake.auth));
    const session = new FakeSession(3);
    io.onconnection(session);
    await session.receive("0/chat?a=b%20c+d&token=1&token=2&__proto__=x,");
    expect(auths).toEqual([{ a: "b c d", token: "2", ["__proto__"]: "x" }]);
    expect(Object.getPrototypeOf(auths[0])).toBe(Object.prototype);
  });

  it("handles a DISCONNECT and a new CONNECT of one read in order", async () => {
    const { io, connect } = serve();
    const reasons: string[] = [];
    io.of("/chat").on("connection", (socket) => socket.on("disconnect", (reason) => reasons.push(reason)));
    const session = await connect("0/chat,", "1/chat,", "0/chat,", '2/chat,["a"]');
    expect(mask(session.sent)).toEqual(['0/chat,{"sid":"*"}', '0/chat,{"sid":"*"}']);
    expect(reasons).toEqual(["client namespace disconnect"]);
    expect(session.readyState).toBe("open");
  });

  it("drops events, not acknowledgements, read together with the DISCONNECT behind them", async () => {
    const { io, connect } = serve();
    const heardEvents: unknown[] = [];
    io.on("connection", (socket) => {
      socket.on("a", (value) => heardEvents.push(value));
      socket.emit("question", (answer: unknown) => heardEvents.push(answer));
    });
    const session = await connect("0");
    await session.receive('2["a",1]', '30["answer"]', '51-["a",{"_placeholder":true,"num":0}]', Buffer.alloc(1), "1");
    expect(heardEvents).toEqual(["answer"]);
    await session.receive("0");
    await session.receive('2["a",2]');
    expect(heardEvents).toEqual(["answer", 2]);
  });

  it("does not take what a client sent before it knew it was disconnected for a violation", async () => {
    const { io, connect } = serve();
    io.of("/chat").on("connection", (socket) => socket.on("leave", () => socket.disconnect()));
    const session = await connect("0", "0/chat,");
    await session.receive('2/chat,["leave"]', '2/chat,["more"]');
    await session.receive("1/chat,");
    expect(session.readyState).toBe("open");
    await session.receive("0/chat,");
    expect(io.of("/chat").sockets.size).toBe(1);
  });

  it("closes a connection that joins nothing in time", async () => {
    vi.useFakeTimers();
    try {
      const { io } = serve({ connectTimeout: 100 });
      const session = new FakeSession();
      io.onconnection(session);
      vi.advanceTimersByTime(99);
      expect(session.readyState).toBe("open");
      vi.advanceTimersByTime(1);
      expect(session.closeReason).toBe("forced close");
    } finally {
      vi.useRealTimers();
    }
  });

  it.each([2 ** 31, Number.MAX_SAFE_INTEGER])(
    "waits as long as a timer can for a namespace, with %d ms",
    async (ms) => {
      const { connect } = serve({ connectTimeout: ms });
      const session = await connect();
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(session.readyState).toBe("open");
    },
  );

  it("refuses more namespaces than allowed, and more waiting CONNECTs", async () => {
    const { io, connect } = serve({ maxNamespacesPerConnection: 2, maxPendingConnects: 1 });
    io.of(/^\/n\d$/);
    io.of("/slow").use(() => {});
    const session = await connect("0/n1,", "0/n2,", "0/n3,");
    expect(mask(session.take()).at(-1)).toBe('4/n3,{"message":"too many namespaces"}');
    const other = await connect("0/slow,", "0/n1,");
    expect(other.sent).toEqual(['4/n1,{"message":"too many namespaces"}']);
  });

  it("frees a half-made socket when the line goes, whatever its middleware does later", async () => {
    const { io, connect } = serve();
    let goOn = (): void => {};
    io.use((socket, next) => {
      void socket.join("early");
      goOn = next;
    });
    const session = await connect("0");
    expect(io.sockets.adapter.rooms.has("early")).toBe(true);
    session.lose("transport close");
    expect(io.sockets.adapter.rooms.size).toBe(0);
    goOn();
    await settle();
    expect(io.sockets.sockets.size).toBe(0);
  });

  it("joins the main namespace by itself for protocol v3, and takes the query for auth elsewhere", async () => {
    const { io } = serve();
    const auths: unknown[] = [];
    io.of("/q").on("connection", (socket) => auths.push(socket.handshake.auth, socket.id));
    const session = new FakeSession(3);
    io.onconnection(session);
    await session.receive("0/q?a=b,", "0/nope,");
    expect(session.sent).toEqual(["0", "0/q,", '4/nope,{"message":"Invalid namespace"}']);
    expect(auths).toEqual([{ a: "b" }, `/q#${session.id}`]);
  });

  it("does not read a payload of CONNECT in protocol v3", async () => {
    const { io } = serve();
    const auths: unknown[] = [];
    io.of("/q").on("connection", (socket) => auths.push(socket.handshake.auth));
    const session = new FakeSession(3);
    io.onconnection(session);
    await session.receive('0/q,{"a":"b"}');
    expect(auths).toEqual([{}]);
  });
});

describe("Socket.IO protocol v5 (server), events and acknowledgements", () => {
  it("dispatches events in order, each in a tick of its own", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      socket.onAny((...event: unknown[]) => log.push(["any", ...event]));
      socket.on("a", (...args: unknown[]) => {
        log.push(["a", ...args]);
        process.nextTick(() => log.push("tick"));
      });
    });
    await connect("0", '2["a",1]', '2["a",{"b":[]}]');
    expect(log).toEqual([["any", "a", 1], ["a", 1], ["any", "a", { b: [] }], ["a", { b: [] }], "tick", "tick"]);
  });

  it("a listener that throws neither stops nor corrupts what follows", async () => {
    const { io, connect } = serve();
    const thrown = collectUncaught();
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      socket.on("bad", () => {
        throw new Error("bad");
      });
      socket.on("a", (x) => log.push(x));
    });
    const session = await connect(
      "0",
      '2["bad"]',
      '2["a",1]',
      '51-["a",{"_placeholder":true,"num":0}]',
      Buffer.from([1]),
    );
    expect(log).toEqual([1, Buffer.from([1])]);
    expect(thrown).toEqual([new Error("bad")]);
    expect(session.readyState).toBe("open");
  });

  it("acknowledges once", async () => {
    const { io, connect } = serve();
    io.on("connection", (socket) =>
      socket.on("a", (ack: (...args: unknown[]) => void) => {
        ack(1, Buffer.from([2]));
        ack(3);
      }),
    );
    const session = await connect("0");
    session.take();
    await session.receive('27["a"]');
    expect(session.sent).toEqual(['61-7[1,{"_placeholder":true,"num":0}]', Buffer.from([2])]);
  });

  it("acknowledges with something else what could not be encoded", async () => {
    const { io, connect } = serve();
    io.on("connection", (socket) =>
      socket.on("a", (ack: (...args: unknown[]) => void) => {
        expect(() => ack(1n)).toThrow(TypeError);
        ack("failed");
        ack("again");
      }),
    );
    const session = await connect("0", '27["a"]');
    expect(session.sent.slice(1)).toEqual(['37["failed"]']);
  });

  it("calls acknowledgements with the socket as `this`, with and without a time limit", async () => {
    const { io, connect } = serve();
    const heard: unknown[] = [];
    const ack = function (this: unknown, ...args: unknown[]): void {
      heard.push([this instanceof Socket, ...args]);
    };
    io.on("connection", (socket) => {
      socket.emit("q", ack);
      socket.timeout(10_000).emit("q", ack);
      socket.timeout(1).emit("q", ack);
    });
    await connect("0", "30[1]", "31[1]");
    await vi.waitFor(() => expect(heard).toHaveLength(3));
    expect(heard).toEqual([
      [true, 1],
      [true, null, 1],
      [true, new Error("operation has timed out")],
    ]);
  });

  it("asks for acknowledgements with ids shared by the namespace, and ignores unknown and repeated ones", async () => {
    const { io, connect } = serve();
    const sockets: Socket[] = [];
    io.on("connection", (socket) => sockets.push(socket));
    const [a, b] = [await connect("0"), await connect("0")];
    const got: unknown[] = [];
    sockets[0]?.emit("q", (...args: unknown[]) => got.push(args));
    sockets[1]?.emit("q", (...args: unknown[]) => got.push(args));
    expect([a?.sent.at(-1), b?.sent.at(-1)]).toEqual(['20["q"]', '21["q"]']);
    await b.receive('30["wrong socket"]', "31[1,2]", "31[3]", "39");
    await a.receive("30");
    expect(got).toEqual([[1, 2], []]);
  });

  it("settles acknowledgements when the client leaves, if the server was told to", async () => {
    const { io, connect } = serve({ settleAcksOnDisconnect: true });
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      socket.on("disconnect", () => log.push("disconnect"));
      socket.emit("q", () => log.push("never"));
      socket.timeout(10_000).emit("q", (error: Error) => log.push(error.message));
      socket.emitWithAck("q").catch((error: Error) => log.push(`promise: ${error.message}`));
    });
    const session = await connect("0");
    session.lose("transport close");
    await settle();
    expect(log).toEqual(["disconnect", "socket has been disconnected", "promise: socket has been disconnected"]);
  });

  it("settles, and releases, those that are asked for when the client has left", async () => {
    const { io, connect } = serve({ settleAcksOnDisconnect: true });
    const session = await connect("0");
    const [socket] = io.sockets.sockets.values();
    session.lose("transport close");
    await expect(socket?.emitWithAck("q")).rejects.toThrow("socket has been disconnected");
    socket?.emit("q", () => {});
    await settle();
    expect(socket?.acks.size).toBe(0);
  });

  it("releases the memory of acknowledgements in any case", async () => {
    const { io, connect } = serve();
    let acks = 0;
    io.on("connection", (socket) => {
      socket.emit("q", () => {});
      socket.on("disconnect", () => process.nextTick(() => (acks = socket.acks.size)));
      acks = socket.acks.size;
    });
    const session = await connect("0");
    expect(acks).toBe(1);
    session.lose("transport close");
    await settle();
    expect(acks).toBe(0);
  });

  it.each([
    ["garbage", ["x"], "unknown packet type NaN"],
    ["a blank for a type", [" "], "unknown packet type NaN"],
    [
      "text for an attachment",
      ['51-["a",{"_placeholder":true,"num":0}]', '2["a"]'],
      "got plaintext data when reconstructing a packet",
    ],
    ["a stray attachment", [Buffer.from([1])], "got binary data when not reconstructing a packet"],
    ["a reserved name", ['2["disconnect"]'], "invalid payload"],
    [
      "a relay of a placeholder",
      ['2["a",{"_placeholder":true,"num":0}]'],
      "placeholder in a packet without attachments",
    ],
    ["deep nesting", [`2["a",${"[".repeat(100_000)}`], "payload nests deeper than 512"],
  ])("closes after %s, and tells each socket why", async (_title, messages, error) => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      socket.on("error", (e) => log.push(e.message));
      socket.on("disconnect", (reason) => log.push(reason));
    });
    const session = await connect("0");
    await session.receive(...messages);
    expect(log).toEqual([error, "forced close"]);
    expect(session.readyState).toBe("closed");
  });

  it("survives an event named error that nobody listens to", async () => {
    const { connect } = serve();
    const session = await connect("0", '2["error","x"]', '2["__proto__"]', '2["constructor",1]', "2[1]");
    expect(session.readyState).toBe("open");
  });

  it("runs the middlewares of a socket, and tells it alone about their errors", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      socket.use(([name], next) => (name === "bad" ? next(new Error("no")) : next()));
      socket.on("error", (error) => log.push(error.message));
      socket.on("bad", () => log.push("never"));
      socket.on("good", () => log.push("good"));
    });
    const session = await connect("0");
    session.take();
    await session.receive('2["bad"]', '2["good"]');
    expect(log).toEqual(["no", "good"]);
    expect(session.sent).toEqual([]);
  });

  it("lets an add-on replace onevent", async () => {
    const { io, connect } = serve();
    const log: unknown[] = [];
    io.on("connection", (socket) => {
      const onevent = socket.onevent.bind(socket);
      socket.onevent = function (packet) {
        log.push(packet.data);
        onevent(packet);
      };
      socket.on("a", () => log.push("listener"));
    });
    await connect("0", '2["a",1]');
    expect(log).toEqual([["a", 1], "listener"]);
  });
});

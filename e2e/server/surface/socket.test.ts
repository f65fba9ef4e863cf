import { type Any, describeSurface, outcome, settled, settle } from "./kit.js";

const RESERVED = ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];
const ALLOWED = ["error", "message", "ping", "pong", "connection", "reconnect", "constructor", "__proto__"];

describeSurface("Socket (6.5)", [
  [
    "properties at each step",
    async (kit) => {
      const steps: unknown[] = [];
      const look = (name: string, socket: Any): unknown =>
        steps.push([
          name,
          socket.connected,
          socket.disconnected,
          socket.recovered,
          socket.rooms.size,
          socket.nsp.sockets.has(socket.id),
          socket.data,
        ]);
      kit.io.use((socket: Any, next: Any) => {
        look("middleware", socket);
        socket.join("early");
        next();
      });
      kit.io.on("connection", (socket: Any) => {
        look("connection", socket);
        socket.on("disconnecting", () => look("disconnecting", socket));
        socket.on("disconnect", () => look("disconnect", socket));
      });
      await kit.connect("0", "1");
      return steps;
    },
  ],
  [
    "where it belongs",
    async (kit) => {
      const { session, socket } = await kit.pair();
      return [
        socket.nsp === kit.io.sockets,
        socket.conn === session,
        socket.client.conn === session,
        socket.client.id === session.id,
        socket.request === session.request,
        socket.server === kit.io,
        socket.adapter === kit.io.sockets.adapter,
        socket.pid,
        socket.fns.length,
        socket.acks.size,
        /^[\w-]{20}$/.test(socket.id),
        socket.client.sockets.get(socket.id) === socket,
        socket.client.nsps.get("/") === socket,
      ];
    },
  ],
  [
    "handshake",
    async (kit) => {
      const observed: Any[] = [];
      kit.io.on("connection", ({ handshake }: Any) => observed.push(handshake));
      await kit.connect('0{"t":1}');
      await kit.connect("0");
      return observed.map(({ time, issued, ...rest }) => [
        Object.keys({ time, issued, ...rest }).sort(),
        typeof time,
        Math.abs(Date.parse(time) - issued) < 1000,
        rest,
      ]);
    },
  ],
  [
    "what methods return",
    async (kit) => {
      const { socket } = await kit.pair();
      const listener = (): void => {};
      return [
        socket.emit("a"),
        socket.send("a") === socket,
        socket.write("a") === socket,
        socket.timeout(1) === socket,
        socket.compress(true) === socket,
        socket.volatile === socket,
        socket.join("r"),
        socket.leave("r"),
        socket.use((_event: Any, next: Any) => next()) === socket,
        socket.onAny(listener) === socket,
        socket.prependAny(listener) === socket,
        socket.offAny(listener) === socket,
        socket.onAnyOutgoing(listener) === socket,
        socket.prependAnyOutgoing(listener) === socket,
        socket.offAnyOutgoing(listener) === socket,
        socket.disconnect() === socket,
        socket.disconnect() === socket,
      ];
    },
  ],
  [
    "on the wire",
    async (kit) => {
      const { session, socket } = await kit.pair();
      socket.emit("a", 1, undefined, null, new Date(0), new Map([[1, 2]]), { a: undefined });
      socket.send("b");
      socket.emit("c", () => {});
      socket.emit("d", new Uint8Array([1]), { x: [Buffer.from([2])] });
      socket.emit("e", new ArrayBuffer(1), () => {});
      socket.emit(7);
      return [session.take(), outcome(() => socket.emit("f", 1n))];
    },
  ],
  ...[...RESERVED, ...ALLOWED].map(
    (name) =>
      [
        `emit ${name} (6.6)`,
        async (kit: Any) => {
          const { session, socket } = await kit.pair();
          return [
            outcome(() => socket.emit(name)),
            outcome(() => kit.io.emit(name)),
            outcome(() => kit.io.to("r").emit(name)),
            outcome(() => kit.io.of("/x").emit(name)),
            session.take(),
          ];
        },
      ] as const,
  ),
  [
    "flags are for the next emit only",
    async (kit) => {
      const { session, socket } = await kit.pair();
      session.transport.writable = false;
      socket.volatile.emit("dropped");
      socket.emit("a");
      socket.volatile.to("r");
      socket.emit("b");
      const errors: unknown[] = [];
      socket.timeout(5).emit("q", (error: Error) => errors.push(error.message));
      socket.emit("r", (value: unknown) => errors.push(value));
      await session.receive('31["x"]');
      await new Promise((resolve) => setTimeout(resolve, 20));
      return [session.take(), errors];
    },
  ],
  [
    "catch-all listeners: order, lists, removal",
    async (kit) => {
      const { session, socket } = await kit.pair();
      const log: unknown[] = [];
      const first = (...event: unknown[]): unknown => log.push(["first", ...event]);
      const second = (...event: unknown[]): unknown => log.push(["second", ...event]);
      socket.onAny(first);
      socket.prependAny(second);
      socket.use((event: unknown[], next: Any) => {
        log.push(["use", ...event]);
        next();
      });
      socket.on("a", (...args: unknown[]) => log.push(["a", ...args]));
      await session.receive('2["a",1]');
      const lists = [socket.listenersAny().length, socket.listenersAnyOutgoing().length];
      socket.offAny(second);
      await session.receive('2["a",2]');
      socket.listenersAny().length = 0;
      await session.receive('2["a",3]');
      socket.onAnyOutgoing(first);
      socket.prependAnyOutgoing(second);
      socket.emit("b");
      kit.io.emit("c");
      socket.offAnyOutgoing();
      socket.emit("d");
      socket.offAny();
      return [log, lists, socket.listenersAnyOutgoing().length];
    },
  ],
  [
    "middlewares of events: next(err) is heard by the server alone",
    async (kit) => {
      const { session, socket } = await kit.pair();
      const log: unknown[] = [];
      socket.on("error", (error: Error) => log.push(error.message));
      socket.on("a", () => log.push("a"));
      socket.use((event: unknown[], next: Any) => {
        log.push([event.length, typeof event.at(-1)]);
        next(event[0] === "a" ? new Error("no") : undefined);
      });
      await session.receive('21["a"]', '2["b"]');
      return [log, session.take(), socket.connected];
    },
  ],
  [
    "a middleware error without a listener is not thrown",
    async (kit) => {
      const { session, socket } = await kit.pair();
      socket.use((_event: unknown, next: Any) => next(new Error("no")));
      await session.receive('2["a"]');
      return socket.connected;
    },
  ],
  [
    "events named as methods and prototypes",
    async (kit) => {
      const { session, socket } = await kit.pair();
      const log: unknown[] = [];
      for (const name of ["constructor", "toString", "hasOwnProperty"])
        socket.on(name, (x: unknown) => log.push([name, x]));
      await session.receive(
        '2["constructor",1]',
        '2["toString",2]',
        '2["hasOwnProperty",3]',
        '2["__proto__",4]',
        "2[5,6]",
      );
      return log;
    },
  ],
  [
    "leaves rooms, and joins none once gone",
    async (kit) => {
      const { session, socket } = await kit.pair();
      socket.join(["a", "b"]);
      socket.leave("a");
      const before = socket.rooms.size;
      await session.receive("1");
      socket.join("late");
      return [before, socket.rooms.size, kit.io.sockets.adapter.rooms.size, kit.io.sockets.adapter.sids.size];
    },
  ],
  [
    "disconnect(true) ends all namespaces of the connection",
    async (kit) => {
      const log: unknown[] = [];
      const listen = (socket: Any): unknown =>
        socket.on("disconnect", (reason: string) => log.push([socket.nsp.name, reason]));
      kit.io.of("/a").on("connection", listen);
      kit.io.on("connection", listen);
      const { session, socket } = await kit.pair();
      await session.receive("0/a,");
      session.take();
      socket.disconnect(true);
      await settle();
      return [log, session.take(), session.readyState];
    },
  ],
  [
    "is told about the end by its connection",
    async (kit) => {
      const observed: unknown[] = [];
      for (const reason of ["transport close", "transport error", "ping timeout", "parse error", "forced close"]) {
        const { session, socket } = await kit.pair();
        const log: unknown[] = [];
        socket.on("disconnecting", (why: string) => log.push(why));
        socket.on("disconnect", (why: string) => log.push(why));
        session.lose(reason);
        await settle();
        observed.push(log);
      }
      return observed;
    },
  ],
  [
    "undecodable packets: error, then forced close",
    async (kit) => {
      const observed: unknown[] = [];
      for (const packet of ["9", "x", "2", "5-[]", "511-[]", "2{}", '2["disconnect"]', "2[", "50-[]", '51-["a"]x']) {
        const { session, socket } = await kit.pair();
        const log: unknown[] = [];
        socket.on("error", (error: Error) => log.push(error.message));
        socket.on("disconnect", (why: string) => log.push(why));
        await session.receive(packet);
        observed.push([packet, packet === "2" ? "differs" : log]);
      }
      return observed;
    },
  ],
]);

describeSurface("acknowledgements (10.3)", [
  [
    "asked by the client",
    async (kit) => {
      const { session, socket } = await kit.pair();
      socket.on("a", (ack: Any) => {
        ack(1, "two", { three: 3 });
        ack("again");
      });
      socket.on("b", (ack: Any) => ack(Buffer.from([1])));
      socket.on("c", (ack: Any) => ack());
      await session.receive('25["a"]', '26["b"]', '27["c"]');
      return session.take();
    },
  ],
  [
    "asked by the server",
    async (kit) => {
      const { session, socket } = await kit.pair();
      const log: unknown[] = [];
      socket.emit("a", (...args: unknown[]) => log.push(args));
      socket.timeout(500).emit("a", (...args: unknown[]) => log.push(args));
      const promise = socket.emitWithAck("a", 1);
      const timed = socket.timeout(500).emitWithAck("a", 2);
      await session.receive("30[1,2]", "30[3]", "31[4,5]", "32[6,7]", "33[8,9]", "399[]");
      return [log, await settled(promise), await settled(timed), session.take(), socket.acks.size];
    },
  ],
  [
    "that come too late, or never",
    async (kit) => {
      const { session, socket } = await kit.pair();
      const log: unknown[] = [];
      socket.timeout(5).emit("a", (error: Error, value: unknown) => log.push([error?.message, value]));
      const late = await settled(socket.timeout(5).emitWithAck("a"));
      await session.receive("30[1]", "31[2]");
      return [log, late, socket.acks.size];
    },
  ],
  [
    "when the client leaves",
    async (kit) => {
      const { session, socket } = await kit.pair();
      const log: unknown[] = [];
      socket.emit("a", () => log.push("plain"));
      socket.timeout(20).emit("a", (error: Error) => log.push(error.message));
      session.lose("transport close");
      await settle();
      const before = [...log];
      await new Promise((resolve) => setTimeout(resolve, 40));
      return [before, log];
    },
  ],
  [
    "ids are counted by the namespace",
    async (kit) => {
      const [one, two] = [await kit.pair(), await kit.pair()];
      one.socket.emit("a", () => {});
      two.socket.emit("a", () => {});
      kit.io.timeout(5).emit("b", () => {});
      await settle();
      return [one.session.take(), two.session.take(), kit.io.sockets._ids];
    },
  ],
]);

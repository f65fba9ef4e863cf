import { vi } from "vitest";
import { type Any, describeSurface, type Kit, outcome, settle, settled } from "./kit.js";

/** Three connected clients in rooms: r1 has the first two, r2 the last two. */
async function three(kit: Kit): Promise<{ pairs: Awaited<ReturnType<Kit["pair"]>>[]; got: () => unknown[][] }> {
  const pairs = [await kit.pair(), await kit.pair(), await kit.pair()];
  for (const [i, { socket }] of pairs.entries()) {
    if (i < 2) socket.join("r1");
    if (i > 0) socket.join("r2");
  }
  return { pairs, got: () => pairs.map(({ session }) => session.take()) };
}

/** What is printed as a warning is part of what is observed. */
async function withWarnings(run: () => unknown): Promise<unknown> {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  try {
    return [await run(), warn.mock.calls];
  } finally {
    warn.mockRestore();
  }
}

describeSurface("Namespace (6.2)", [
  [
    "members",
    async (kit) => {
      const { socket } = await kit.pair();
      const nsp = kit.io.sockets;
      return [nsp.name, nsp.sockets.get(socket.id) === socket, nsp.server === kit.io, nsp._ids, nsp.fns?.length ?? 0];
    },
  ],
  [
    "what is returned",
    async (kit) => {
      const nsp = kit.io.sockets;
      return [
        nsp.use(() => {}) === nsp,
        nsp.emit("a"),
        nsp.send("a") === nsp,
        nsp.write("a") === nsp,
        nsp.socketsJoin("r"),
        nsp.socketsLeave("r"),
        nsp.disconnectSockets(),
        (await nsp.fetchSockets()).length,
      ];
    },
  ],
  [
    "send and write emit message",
    async (kit) => {
      const { session } = await kit.pair();
      kit.io.sockets.send("a", 1);
      kit.io.sockets.write("b");
      return session.take();
    },
  ],
  [
    "middlewares: the list at the start counts, each in order",
    async (kit) => {
      const log: unknown[] = [];
      kit.io.use((_socket: Any, next: Any) => {
        log.push(1);
        kit.io.use((_s: Any, n: Any) => {
          log.push("late");
          n();
        });
        next();
      });
      kit.io.use((_socket: Any, next: Any) => {
        log.push(2);
        next();
      });
      await kit.connect("0");
      return log;
    },
  ],
  [
    "middlewares: next(err) refuses with message and data",
    async (kit) => {
      kit.io.use((_socket: Any, next: Any) => next(Object.assign(new Error("no"), { data: { code: 7 } })));
      kit.io.of("/plain").use((_socket: Any, next: Any) => next(new Error("plain")));
      const session = await kit.connect("0", "0/plain,", "0/none,");
      return session.take();
    },
  ],
  [
    "serverSideEmit",
    ({ io }) =>
      withWarnings(() => [
        io.of("/").serverSideEmit("a"),
        ...["connect", "connection", "new_namespace"].map((name) => outcome(() => io.of("/").serverSideEmit(name))),
      ]),
  ],
  [
    "serverSideEmitWithAck asks the adapter, and gives what came",
    async ({ io }) => {
      const packets: unknown[] = [];
      io.sockets.adapter.serverSideEmit = (packet: Any[]) => {
        packets.push(packet.slice(0, -1));
        packet.at(-1)(packet[1] === "bad" ? new Error("late") : null, [1, 2]);
      };
      return [
        await settled(io.serverSideEmitWithAck("a", 1)),
        await settled(io.serverSideEmitWithAck("a", "bad")),
        packets,
      ];
    },
  ],
  [
    "events of other nodes reach listeners, with their acknowledgement",
    async ({ io }) => {
      const log: unknown[] = [];
      io.on("a", (value: unknown, ack: Any) => ack(value));
      io.sockets._onServerSideEmit(["a", 1, (value: unknown) => log.push(value)]);
      await settle();
      return log;
    },
  ],
]);

describeSurface("BroadcastOperator (6.3)", [
  [
    "selects",
    async (kit) => {
      const { pairs, got } = await three(kit);
      const { io } = kit;
      const [{ socket }] = pairs as [Awaited<ReturnType<Kit["pair"]>>];
      const observed: unknown[] = [];
      for (const operator of [
        io.to("r1"),
        io.in(["r1", "r2"]),
        io.to("r1").to("r2"),
        io.except("r1"),
        io.except(["r1", "r2"]),
        io.to("r1").except("r2"),
        io.to("none"),
        io.local,
        socket.broadcast,
        socket.local,
        socket.to("r1"),
        socket.in("r1"),
        socket.except("r2"),
        socket.broadcast.to("r1"),
        socket.to(socket.id),
      ]) {
        observed.push([operator.emit("a"), got()]);
      }
      return observed;
    },
  ],
  [
    "is not changed by its modifiers",
    async (kit) => {
      const { got } = await three(kit);
      const operator = kit.io.to("r1");
      const modified = [
        operator.to("r2"),
        operator.except("r1"),
        operator.compress(true),
        operator.volatile,
        operator.timeout(1),
      ];
      operator.emit("a");
      return [modified.map((other) => other === operator), got()];
    },
  ],
  [
    "asks and changes sockets",
    async (kit) => {
      const { pairs } = await three(kit);
      const { io } = kit;
      const ids = pairs.map(({ socket }) => socket.id);
      const names = (sockets: Any[]): number[] => sockets.map(({ id }) => ids.indexOf(id));
      const inRoom = names(await io.in("r2").fetchSockets());
      const all = names([...(await io.in("r1").allSockets())].map((id) => ({ id })));
      io.in("r1").socketsJoin(["a", "b"]);
      io.in("r2").socketsLeave("a");
      const rooms = pairs.map(({ socket }) => [...socket.rooms].filter((room) => room !== socket.id));
      io.in("a").disconnectSockets();
      io.in("b").disconnectSockets(true);
      return [
        inRoom,
        all,
        rooms,
        pairs.map(({ session, socket }) => [socket.connected, session.readyState, session.take()]),
      ];
    },
  ],
  [
    "fetchSockets gives local sockets themselves",
    async (kit) => {
      const { socket } = await kit.pair();
      return (await kit.io.fetchSockets())[0] === socket;
    },
  ],
]);

describeSurface("RemoteSocket (6.4)", [
  [
    "shows what another node told, and does there what it is told",
    async (kit) => {
      const calls: unknown[] = [];
      const { adapter } = kit.io.sockets;
      const plain = ({ rooms, except, flags }: Any): unknown => ({ rooms: [...rooms], except: [...except], flags });
      adapter.fetchSockets = () =>
        Promise.resolve([{ id: "x", handshake: { address: "::2" }, rooms: ["x", "r"], data: { a: 1 } }]);
      adapter.addSockets = (opts: Any, rooms: unknown) => calls.push(["join", plain(opts), rooms]);
      adapter.delSockets = (opts: Any, rooms: unknown) => calls.push(["leave", plain(opts), rooms]);
      adapter.disconnectSockets = (opts: Any, close: unknown) => calls.push(["disconnect", plain(opts), close]);
      adapter.broadcast = (packet: Any, opts: Any) => calls.push([packet.data, plain(opts)]);
      adapter.broadcastWithAck = (_packet: Any, opts: Any, count: Any, ack: Any) => {
        calls.push(["with ack", plain(opts)]);
        count(1);
        ack("answer");
      };
      const [remote] = await kit.io.fetchSockets();
      const acks: unknown[] = [];
      const results = [
        remote.emit("a", 1),
        remote.join("r1"),
        remote.join(["r2", "r3"]),
        remote.leave("r1"),
        remote.disconnect() === remote,
        remote.disconnect(true) === remote,
        remote.timeout(50).emit("q", (...args: unknown[]) => acks.push(args)),
        await settled(remote.timeout(50).emitWithAck("q")),
      ];
      return [
        remote.id,
        remote.handshake,
        [...remote.rooms],
        remote.rooms instanceof Set,
        remote.data,
        results,
        acks,
        calls,
      ];
    },
  ],
  [
    "an acknowledgement that does not come",
    async (kit) => {
      const { adapter } = kit.io.sockets;
      adapter.fetchSockets = () => Promise.resolve([{ id: "x", handshake: {}, rooms: [], data: {} }]);
      adapter.broadcastWithAck = (_packet: Any, _opts: Any, count: Any) => count(1);
      const [remote] = await kit.io.fetchSockets();
      return new Promise((resolve) => {
        remote.timeout(5).emit("q", (error: Error, value: unknown) => resolve([error.message, value]));
      });
    },
  ],
]);

describeSurface("acknowledgements of a broadcast (10.3)", [
  [
    "all answer",
    async (kit) => {
      const { pairs } = await three(kit);
      const answers = kit.io.timeout(1000).emitWithAck("q", 1);
      await settle();
      for (const [i, { session }] of pairs.entries()) await session.receive(`30[${i}]`, `30["again"]`);
      return [await settled(answers), pairs.map(({ session }) => session.take())];
    },
  ],
  [
    "some answer in time",
    async (kit) => {
      const { pairs } = await three(kit);
      const answers = kit.io.timeout(40).emitWithAck("q");
      await pairs[1]?.session.receive("30[1]");
      return [await settled(answers), pairs.map(({ socket }) => socket.acks.size)];
    },
  ],
  ["nobody is asked", ({ io }) => settled(io.to("nobody").timeout(1000).emitWithAck("q"))],
  [
    "without timeout()",
    async (kit) => {
      const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
      await kit.pair();
      const result = await new Promise((resolve) => {
        kit.io.emit("q", (error: Error, responses: unknown) => resolve([error.message, responses]));
      });
      warn.mockRestore();
      return result;
    },
  ],
]);

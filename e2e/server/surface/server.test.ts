import { once } from "node:events";
import { createServer } from "node:http";
import { type Any, describeSurface, outcome, settle } from "./kit.js";

const EMITTER_METHODS = [
  "setMaxListeners",
  "getMaxListeners",
  "emit",
  "addListener",
  "on",
  "prependListener",
  "once",
  "prependOnceListener",
  "removeListener",
  "off",
  "removeAllListeners",
  "listeners",
  "rawListeners",
  "listenerCount",
  "eventNames",
];

describeSurface("options (5.1)", [
  ["path loses its trailing slash", ({ io }) => io.path(), () => ({ path: "/a/" })],
  ["an empty path is the default", ({ io }) => io.path(), () => ({ path: "" })],
  ["connectTimeout of 0 is the default", ({ io }) => io.connectTimeout(), () => ({ connectTimeout: 0 })],
  ["serveClient", ({ io }) => io.serveClient(), () => ({ serveClient: false })],
  [
    "recovery is completed in the options adapters read",
    ({ io }) => [io.opts.connectionStateRecovery, io._opts === io.opts],
    () => ({ connectionStateRecovery: {} }),
  ],
  [
    "recovery takes what it is given",
    ({ io }) => io.opts.connectionStateRecovery,
    () => ({ connectionStateRecovery: { maxDisconnectionDuration: 7, skipMiddlewares: false } }),
  ],
]);

describeSurface("Server (6.1)", [
  ["names of namespaces", ({ io }) => [io.sockets === io.of("/"), io.of("").name, io.of("x") === io.of("/x")]],
  [
    "getters and setters",
    ({ io }) => [
      [io.path(), io.serveClient(), io.connectTimeout(), typeof io.adapter()],
      [io.path("/other/") === io, io.serveClient(false) === io, io.connectTimeout(7) === io],
      [io.path(), io.serveClient(), io.connectTimeout()],
    ],
  ],
  [
    "has neither engine nor HTTP server before attach",
    ({ io }) => [io.engine, io.eio, io.httpServer].map((x) => typeof x),
  ],
  [
    "adapter(v) makes the adapter of every namespace anew",
    ({ io }) => {
      const other = io.of("/other");
      const before = [io.sockets.adapter, other.adapter];
      const make = io.adapter();
      return [io.adapter(make) === io, io.sockets.adapter === before[0], other.adapter === before[1]];
    },
  ],
  [
    "refuses what is no HTTP server",
    (kit) => [
      outcome(() => kit.io.attach(() => {})),
      outcome(() => kit.io.listen(() => {})),
      outcome(() => kit.server(() => {})),
    ],
  ],
  [
    "a port, as a number or its digits, has a server of its own that answers 404",
    async (kit) => {
      const observed = [];
      for (const port of [0, "0"]) {
        const io = kit.server(port);
        await once(io.httpServer, "listening");
        const answer = await fetch(`http://127.0.0.1:${io.httpServer.address().port}/other`);
        observed.push([answer.status, await answer.text(), typeof io.engine.clientsCount]);
        await io.close();
      }
      return observed;
    },
  ],
  [
    "options of the constructor go before those of attach",
    async ({ io }) => {
      const http = createServer();
      const result = io.attach(http, { pingTimeout: 1, pingInterval: 2 }) === io;
      const { pingTimeout, pingInterval } = io.engine.opts;
      await io.close();
      return [result, pingTimeout, pingInterval, io.httpServer === http, io.eio === io.engine];
    },
    () => ({ pingTimeout: 9 }),
  ],
  [
    "close() in all its forms, twice",
    async (kit) => {
      const called: unknown[] = [];
      const log = (name: string) => (error?: Error & { code?: string }) => called.push([name, error?.code]);
      const io = kit.server(0);
      await once(io.httpServer, "listening");
      const first = io.close(log("open"));
      const isPromise = first instanceof Promise;
      await first;
      await io.close(log("closed before"));
      const unstarted = kit.server(createServer());
      await unstarted.close(log("not listening"));
      await settle();
      return [isPromise, called];
    },
  ],
  [
    "close() tells sockets, and closes adapters whose failure is ignored",
    async (kit) => {
      const log: unknown[] = [];
      kit.io.bind({ on: () => {}, close: () => log.push("engine") });
      const { socket } = await kit.pair();
      socket.on("disconnect", (reason: string) => log.push(reason));
      kit.io.sockets.adapter.close = () => {
        log.push("adapter");
        return Promise.reject(new Error("no"));
      };
      await kit.io.close();
      return log;
    },
  ],
  [
    "bind() takes any engine",
    async ({ io }) => {
      const listeners: Any[] = [];
      const engine = {
        on: (name: string, listener: Any) => listeners.push([name, typeof listener]),
        close: () => listeners.push(["close"]),
      };
      const result = io.bind(engine) === io;
      await io.close();
      return [result, io.engine === engine, listeners];
    },
  ],
  [
    "speaks as an emitter for its main namespace",
    async (kit) => {
      const { io } = kit;
      const missing = EMITTER_METHODS.filter((name) => typeof io[name] !== "function");
      const log: unknown[] = [];
      const listener = (): unknown => log.push("heard");
      const same = io.on("a", listener) === io.sockets;
      io.sockets._onServerSideEmit(["a"]);
      await settle();
      const { session } = await kit.pair();
      const emitted = io.emit("a", 1);
      return [missing, same, io.listenerCount("a"), io.sockets.eventNames(), log, emitted, session.take()];
    },
  ],
  [
    "calls of the main namespace",
    async (kit) => {
      const { io } = kit;
      const { session } = await kit.pair();
      const operators = ["to", "in", "except", "compress", "timeout"].map((name) => io[name]("r").constructor.name);
      const results = [
        io.send("hi") === io,
        io.write("hi") === io,
        io.volatile.emit("a"),
        io.local.emit("b"),
        (await io.allSockets()).size,
        (await io.fetchSockets()).length,
        io.socketsJoin("r"),
        io.sockets.adapter.rooms.has("r"),
        io.socketsLeave("r"),
        io.sockets.adapter.rooms.has("r"),
        io.use(() => {}) === io,
      ];
      const sent = session.take();
      io.disconnectSockets(true);
      return [operators, results, sent, session.readyState];
    },
  ],
  [
    "events connect, connection, new_namespace",
    async (kit) => {
      const { io } = kit;
      const log: unknown[] = [];
      io.on("new_namespace", (nsp: Any) => log.push(["new_namespace", nsp.name]));
      io.on("connection", () => log.push("connection"));
      io.on("connect", () => log.push("connect"));
      io.of("/static");
      io.of("/static");
      io.of(/^\/dyn-\d+$/);
      await kit.connect("0", "0/dyn-1,");
      return log;
    },
  ],
  [
    "private names the ecosystem reads",
    async (kit) => {
      const { io } = kit;
      const found: unknown[] = [
        [...io._nsps.keys()],
        io._connectTimeout,
        typeof io.encoder.encode,
        io._parser.protocol,
      ];
      await new Promise<void>((resolve) => {
        io._checkNamespace("/none", {}, (nsp: unknown) => {
          found.push(nsp);
          resolve();
        });
      });
      return found;
    },
  ],
]);

describeSurface("dynamic namespaces (6.1)", [
  [
    "of() adds its listener to connect",
    async (kit) => {
      const log: unknown[] = [];
      kit.io.of("/a", (socket: Any) => log.push(socket.nsp.name));
      kit.io.of(/^\/b\d$/, (socket: Any) => log.push(socket.nsp.name));
      await kit.connect("0", "0/a,", "0/b1,");
      return [log, kit.io.of("/a").listenerCount("connect"), kit.io.of("/a").listenerCount("connection")];
    },
  ],
  [
    "a name that matches a registered pattern becomes its child",
    ({ io }) => {
      const parent = io.of(/^\/dyn-\d+$/);
      parent.use(() => {});
      const child = io.of("/dyn-1");
      return [child.name, child._fns.length, io.of("/dyn-1") === child, [...io._nsps.keys()], io.parentNsps.size];
    },
  ],
  [
    "parents have names by number, and no sockets",
    ({ io }) => {
      const parent = io.of(/^\/dyn-\d+$/);
      return [
        /^\/_\d+$/.test(parent.name),
        outcome(() => parent.fetchSockets()),
        outcome(() => io.of(/x/g)),
        outcome(() => io.of(/x/y)),
      ];
    },
  ],
  [
    "functions are asked in order, with name and auth",
    async (kit) => {
      const log: unknown[] = [];
      kit.io.of((name: string, auth: unknown, next: Any) => {
        log.push(["first", name, auth]);
        next(null, name === "/one");
      });
      kit.io.of((name: string, _auth: unknown, next: Any) => {
        log.push(["second", name]);
        setImmediate(() => next(name === "/bad" ? new Error("no") : null, true));
      });
      const session = await kit.connect('0/one,{"t":1}', "0/two,", "0/bad,");
      await settle();
      return [log, session.take(), [...kit.io._nsps.keys()]];
    },
  ],
  [
    "a parent emits to all children",
    async (kit) => {
      const parent = kit.io.of(/^\/c\d$/);
      const session = await kit.connect("0/c1,", "0/c2,");
      session.take();
      return [parent.emit("a", 1), session.take()];
    },
  ],
  [
    "children go with their last socket, and after a refusal",
    async (kit) => {
      const parent = kit.io.of(/^\/c\d$/);
      const closed: string[] = [];
      kit.io.on("new_namespace", (nsp: Any) => {
        nsp.adapter.close = () => closed.push(nsp.name);
      });
      parent.use((socket: Any, next: Any) => next(socket.nsp.name === "/c2" ? new Error("no") : undefined));
      const session = await kit.connect("0/c1,", "0/c2,");
      const before = [...kit.io._nsps.keys()];
      await session.receive("1/c1,");
      await settle();
      return [before, [...kit.io._nsps.keys()], closed];
    },
    () => ({ cleanupEmptyChildNamespaces: true }),
  ],
  [
    "children stay without the option",
    async (kit) => {
      kit.io.of(/^\/c\d$/);
      await kit.connect("0/c1,", "1/c1,");
      return [...kit.io._nsps.keys()];
    },
  ],
]);

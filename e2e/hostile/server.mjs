// The servers under attack, in a process of their own: one for each set of options that matters. Answers questions by IPC.
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { Server } from "@halyard/server";
import { installHooks } from "./hooks.mjs";

const BRISK_HTTP = {
  headersTimeout: 400,
  requestTimeout: 800,
  keepAliveTimeout: 400,
  connectionsCheckingInterval: 100,
};
const ALLOWED_ORIGIN = "https://app.example";

const variants = {
  plain: [{}, {}],
  /** Impatient: what a silent peer holds is taken away within a second. */
  brisk: [{ pingInterval: 300, pingTimeout: 300, connectTimeout: 500, upgradeTimeout: 400 }, BRISK_HTTP],
  recovery: [{ connectionStateRecovery: { maxDisconnectionDuration: 60_000 } }, {}],
  eio3: [{ allowEIO3: true }, {}],
  deflate: [{ perMessageDeflate: true }, {}],
  /** What the application hangs in fails on what a peer sends: see hooks.mjs. */
  hooks: [{}, {}],
  gated: [{ cors: { origin: ALLOWED_ORIGIN }, verifyOrigin: true, allowRequest }, {}],
};

/** Decides at once, after 50 ms, never, or by throwing: as the header `x-admission` asks. */
function allowRequest(request, decide) {
  switch (request.headers["x-admission"]) {
    case "slow":
      setTimeout(() => decide(null, true), 50);
      return undefined;
    case "slow-no":
      setTimeout(() => decide("not you", false), 50);
      return undefined;
    case "twice":
      decide("not you", false);
      decide(null, true);
      return undefined;
    case "never":
      return undefined;
    case "throws":
      throw new Error("allowRequest failed");
    case "rejects":
      return Promise.reject(new Error("allowRequest failed"));
    case "rejects-thenable": // oxlint-disable-next-line unicorn/no-thenable -- a promise of another library
      return { then: (_resolved, rejected) => rejected(new Error("allowRequest failed")) };
    case "throws-in-then":
      return {
        // oxlint-disable-next-line unicorn/no-thenable -- what passes for a promise
        then() {
          throw new Error("allowRequest failed");
        },
      };
    default:
      decide(null, true);
      return undefined;
  }
}

const uwsOptions = { allowRequest, httpCompression: { threshold: 100_000 } };
const BLOCK = "x".repeat(1_000_000);
const servers = {};

async function start(name, [options, httpOptions]) {
  const http = createServer(httpOptions, (request, response) => response.writeHead(404).end("not here"));
  const io = new Server(http, options);
  install(io);
  if (name === "hooks") installHooks(io);
  if (name === "gated") installMiddlewares(io.engine);
  servers[name] = { io, closeLines: () => http.closeAllConnections() };
  await once(http.listen(0, "127.0.0.1"), "listening");
  return [name, http.address().port];
}

/** On uWebSockets.js, which has no binary for some platforms. */
async function startUws() {
  let uws;
  try {
    uws = createRequire(import.meta.url)("@uwsjs/core");
  } catch {
    return [];
  }
  const io = new Server(uwsOptions);
  const app = uws.App();
  io.attachApp(app);
  install(io);
  installMiddlewares(io.engine);
  servers.uws = { io, closeLines() {} };
  const listening = await new Promise((resolve) => app.listen("127.0.0.1", 0, resolve));
  return [["uws", uws.us_socket_local_port(listening)]];
}

function install(io) {
  io.on("connection", (socket) => {
    socket.on("echo", (value, reply) => (typeof reply === "function" ? reply(value) : socket.emit("echo", value)));
    socket.on("join", (room) => socket.join(String(room)));
    socket.on("leave", (room) => socket.leave(String(room)));
    socket.on("relay", (room, ...values) => io.to(String(room)).emit("relayed", ...values));
    socket.on("broadcast", (...values) => io.emit("relayed", ...values));
    socket.on("blast", (count) => {
      for (let i = 0; i < count; i++) socket.emit("block", BLOCK);
    });
    // The second one comes when the first has been handed to the network, in the same tick.
    socket.on("blast twice", (count) => {
      const blast = () => {
        for (let i = 0; i < count; i++) socket.emit("block", BLOCK);
      };
      blast();
      process.nextTick(() => process.nextTick(blast));
      process.nextTick(() => process.nextTick(() => process.nextTick(() => socket.emit("block", "last"))));
    });
    socket.on("ask", (room) => {
      io.to(String(room))
        .timeout(300)
        .emit("question", () => {});
    });
    socket.on("leave-me", () => socket.disconnect());
    socket.on("cut-me", () => socket.conn.close());
  });
  io.of("/slow")
    .use((_socket, next) => setTimeout(() => next(), 50))
    .on("connection", (socket) => socket.emit("hi"));
  io.of("/never").use(() => {});
  io.of(/^\/wait-\d+$/).use(() => {});
  io.of("/no").use((_socket, next) => next(Object.assign(new Error("no entry"), { data: { code: 7 } })));
  io.of("/eager").on("connection", async (socket) => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    socket.emit("late", await Promise.resolve(socket.handshake.auth));
  });
  io.of(/^\/team-\w+$/).on("connection", (socket) => socket.emit("hi"));
}

function installMiddlewares(engine) {
  engine.use((_request, response, next) => {
    response.setHeader("x-first", "1");
    next();
  });
  engine.use((request, response, next) => {
    const wish = request.headers["x-middleware"];
    if (wish === "answers") response.writeHead(401).end("who are you");
    else if (wish === "fails") next(new Error("no"));
    else if (wish === "slow") setTimeout(() => next(), 50);
    else {
      if (wish === "destroys") request.destroy();
      next();
    }
  });
}

const settle = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function memoryBytes() {
  for (let i = 0; i < 2; i++) {
    globalThis.gc();
    await settle(4);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function holdings() {
  let sessions = 0;
  let sockets = 0;
  let rooms = 0;
  for (const { io } of Object.values(servers)) {
    sessions += io.engine.clientsCount;
    for (const namespace of io._nsps.values()) {
      sockets += namespace.sockets.size;
      rooms += namespace.adapter.rooms.size;
    }
  }
  return { sessions, sockets, rooms };
}

/** Ends what is left of an attack, as a server owner would: by closing the sessions. */
async function sweep() {
  for (const { io, closeLines } of Object.values(servers)) {
    for (const session of Object.values(io.engine.clients)) session.close(true);
    closeLines();
  }
  await settle(2);
}

function cpuMs() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

const answers = { memoryBytes, cpuMs, holdings, sweep };
async function answer({ ask, id }) {
  process.send({ id, answer: (await answers[ask]()) ?? null });
}
process.on("message", (question) => void answer(question));
process.on("disconnect", () => process.exit(0));
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => process.send({ unhandled: `${event}: ${error?.stack ?? error}` }));
}
process.on("warning", (warning) => process.send({ unhandled: `warning: ${warning.stack}` }));

const ports = await Promise.all(Object.entries(variants).map(([name, options]) => start(name, options)));
process.send({ ports: Object.fromEntries([...ports, ...(await startUws())]) });

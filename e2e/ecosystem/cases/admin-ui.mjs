import { createServer } from "node:http";
import { connect, listen } from "../support/serve.mjs";

export const name = "@socket.io/admin-ui: what it shows of sockets, rooms, events and transports";
export const packages = { "@socket.io/admin-ui": "0.5.1" };

export async function run(context) {
  const { Server } = await context.load("socket.io");
  const { instrument } = context.require("@socket.io/admin-ui");
  const httpServer = createServer();
  const io = new Server(httpServer);
  instrument(io, { auth: false, mode: "development" });
  io.on("connection", (socket) => socket.on("ask", (done) => done(socket.emit("tell", 1))));
  io.of("/other");
  const url = await listen(context, httpServer);
  const { admin, log, features } = await openAdmin(context, url);
  const wanted = [
    "AGGREGATED_EVENTS",
    "ALL_EVENTS",
    "DISCONNECT",
    "EMIT",
    "JOIN",
    "LEAVE",
    "MDISCONNECT",
    "MJOIN",
    "MLEAVE",
  ];
  context.equal(features.toSorted(), wanted, "features");

  const polling = await connect(context, url, { transports: ["polling"], query: { a: "1" } });
  const other = await connect(context, `${url}/other`, { transports: ["websocket"] });
  await checkSockets(context, admin, log, polling, other);
  await checkCommands(context, io, admin, log, polling);
  await checkStatistics(context, log, other);
}

async function openAdmin(context, url) {
  const { io } = await context.load("socket.io-client");
  const admin = io(`${url}/admin`, { forceNew: true, transports: ["websocket"] });
  context.onEnd(() => admin.disconnect());
  const log = [];
  admin.onAny((event, ...args) => log.push([event, ...args]));
  await context.eventually(() => log.some(([event]) => event === "config"), true, "the configuration");
  return { admin, log, features: log.find(([event]) => event === "config")[1].supportedFeatures };
}

/** What was told of other sockets than its own. */
const named = (log, event) =>
  log
    .filter(([name, about]) => name === event && about !== "/admin" && about?.nsp !== "/admin")
    .map(([, ...args]) => args);

async function checkSockets(context, admin, log, polling, other) {
  await context.eventually(() => named(log, "socket_connected").length, 2, "sockets that connect");
  const [[shown], [second]] = named(log, "socket_connected");
  context.equal(
    [shown.id, shown.nsp, shown.transport, shown.rooms, shown.handshake.query.a],
    [polling.id, "/", "polling", [polling.id], "1"],
    "a socket",
  );
  context.equal(
    [second.id, second.nsp, second.transport],
    [other.id, "/other", "websocket"],
    "a socket of a namespace",
  );
  const handshake = ["address", "headers", "issued", "query", "secure", "time", "url", "xdomain"];
  context.equal(Object.keys(shown.handshake).toSorted(), handshake, "the fields of a handshake");

  const answer = await polling.timeout(2000).emitWithAck("ask");
  context.equal(answer, true, "events go on");
  await context.eventually(() => named(log, "event_received").length, 1, "events received");
  const [[, id, [event]]] = named(log, "event_received");
  context.equal([id, event], [polling.id, "ask"], "an event received");
  const sent = named(log, "event_sent").map(([nsp, socketId, args]) => [nsp, socketId, args]);
  context.equal(sent, [["/", polling.id, ["tell", 1]]], "an event sent");
  admin.emit("join", "/", "first", polling.id);
  await context.eventually(() => named(log, "room_joined").some(([, room]) => room === "first"), true, "a room joined");
}

async function checkCommands(context, io, admin, log, socket) {
  await context.eventually(() => io.sockets.adapter.rooms.get("first")?.has(socket.id), true, "the room");
  const heard = new Promise((resolve) => socket.once("from admin", resolve));
  admin.emit("emit", "/", "first", "from admin", 7);
  context.equal(await heard, 7, "emit to a room");
  admin.emit("leave", "/", "first", "first");
  await context.eventually(() => named(log, "room_left").some(([, room]) => room === "first"), true, "a room left");
  const { id: left } = socket;
  const reason = new Promise((resolve) => socket.once("disconnect", resolve));
  admin.emit("_disconnect", "/", true, socket.id);
  context.equal(await reason, "io server disconnect", "disconnect");
  const gone = () => named(log, "socket_disconnected").map(([nsp, id, why]) => [nsp, id, why]);
  await context.eventually(gone, [["/", left, "server namespace disconnect"]], "a socket that is gone");
}

/** They come each two seconds: read those made after all of the above. */
async function checkStatistics(context, log, other) {
  log.length = 0;
  await context.eventually(() => named(log, "server_stats").length > 0, true, "statistics");
  const [stats] = named(log, "server_stats").at(-1);
  context.equal([stats.clientsCount, stats.pollingClientsCount], [2, 0], "clients");
  const sizes = Object.fromEntries(stats.namespaces.map(({ name: nsp, socketsCount }) => [nsp, socketsCount]));
  context.equal(sizes, { "/": 0, "/admin": 1, "/other": 1 }, "namespaces");
  const types = new Set(stats.aggregatedEvents.map(({ type }) => type));
  context.equal([types.has("packetsIn"), types.has("packetsOut"), types.has("bytesIn")], [true, true, true], "traffic");
  context.equal(other.connected, true, "the other socket stays");
}

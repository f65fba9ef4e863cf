import { once } from "node:events";
import { FakeCollection } from "../support/fake-collection.mjs";
import { connect, serve } from "../support/serve.mjs";

export const name = "@socket.io/mongo-adapter and its emitter, on a collection in memory";
export const packages = { "@socket.io/mongo-adapter": "0.4.0", "@socket.io/mongo-emitter": "0.2.0", mongodb: "6.21.0" };

export async function run(context) {
  const mongodb = await context.load("mongodb");
  const { createAdapter } = context.require("@socket.io/mongo-adapter");
  const { Emitter } = context.require("@socket.io/mongo-emitter");
  const collection = new FakeCollection(mongodb);
  const nodes = [];
  for (let index = 0; index < 3; index++) {
    const adapter = createAdapter(collection, { addCreatedAtField: true, heartbeatInterval: 200 });
    const node = await serve(context, { adapter, connectionStateRecovery: {} });
    node.io.on("connection", (socket) => void (socket.recovered || socket.join(["all", socket.handshake.auth.name])));
    context.onEnd(() => node.io.close());
    nodes.push(node);
  }
  const names = ["ann", "bob", "cid"];
  const options = (title) => ({
    auth: { name: title },
    transports: ["websocket"],
    reconnection: true,
    reconnectionDelay: 50,
  });
  const sockets = await Promise.all(nodes.map(({ url }, index) => connect(context, url, options(names[index]))));
  const ios = nodes.map(({ io }) => io);
  await context.eventually(() => ios[0].of("/").adapter.serverCount(), 3, "the nodes know each other");
  await checkCluster(context, ios, sockets);
  await checkEmitter(context, new Emitter(collection, "/", { addCreatedAtField: true }), ios, sockets);
  await checkRecovery(context, ios, sockets[0]);
}

async function checkCluster(context, ios, sockets) {
  const heard = [];
  for (const [index, socket] of sockets.entries()) {
    // An offset may stand behind the arguments.
    socket.on("event", (...args) => heard.push([index, ...args.slice(0, 2).map(String)]));
    socket.on("ask", (text, done) => done?.(`${text} ${index}`)); // the adapter replays it, too
  }
  ios[0].emit("event", 1, Buffer.from("binary"));
  const all = [0, 1, 2].map((index) => [index, "1", "binary"]);
  await context.eventually(() => new Set(heard), new Set(all), "a broadcast");
  ios[0].to("cid").emit("event", 2, "room");
  await context.eventually(() => heard.slice(3), [[2, "2", "room"]], "a broadcast to a room");
  const found = await ios[1].fetchSockets();
  context.equal(
    new Set(found.map(({ handshake }) => handshake.auth.name)),
    new Set(["ann", "bob", "cid"]),
    "fetchSockets()",
  );
  const answers = await ios[2].timeout(4000).emitWithAck("ask", "from");
  context.equal(new Set(answers), new Set(["from 0", "from 1", "from 2"]), "acknowledgements");
  for (const [index, io] of ios.entries()) io.on("between", (text, done) => done(`${text} ${index}`));
  const between = await ios[1].serverSideEmitWithAck("between", "node");
  context.equal(new Set(between), new Set(["node 0", "node 2"]), "answers of the other nodes");
  ios[0].in("bob").socketsJoin("new");
  await context.eventually(async () => (await ios[2].in("new").fetchSockets()).length, 1, "socketsJoin()");
}

async function checkEmitter(context, emitter, ios, sockets) {
  const event = once(sockets[1], "outside");
  await emitter.to("bob").emit("outside", "text", Buffer.from("binary"));
  context.equal((await event).slice(0, 2).map(String), ["text", "binary"], "an event of the emitter");
  const between = once(ios[1], "from outside");
  await emitter.serverSideEmit("from outside", 5);
  context.equal(await between, [5], "serverSideEmit() of the emitter");
  const gone = once(sockets[2], "disconnect");
  await emitter.in("cid").disconnectSockets();
  context.equal((await gone)[0], "io server disconnect", "disconnectSockets() of the emitter");
}

async function checkRecovery(context, ios, socket) {
  const missed = [];
  socket.on("missed", (number) => missed.push(number));
  const { id } = socket;
  const connected = once(socket, "connect");
  socket.io.engine.close();
  for (const [index, io] of ios.entries()) io.to("all").emit("missed", index);
  ios[1].to("other").emit("missed", "not for it");
  await connected;
  context.equal([socket.recovered, socket.id], [true, id], "the session is recovered");
  await context.eventually(() => new Set(missed), new Set([0, 1, 2]), "what was missed");
}

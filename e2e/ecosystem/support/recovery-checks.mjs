import { connectClient } from "./clients.mjs";
import { waitForStreamReaders } from "./stream-readers.mjs";
import { startProxy } from "./switching-proxy.mjs";

/** A client which loses its node comes back on another one: same id, rooms and data, and what it missed, once. */
export async function checkRecoveryOnAnotherNode(context, nodes) {
  await waitForStreamReaders(context, nodes);
  const proxy = await startProxy(context, nodes[0].port);
  const options = { transports: ["websocket"], reconnection: true, reconnectionDelay: 300, reconnectionDelayMax: 300 };
  const client = await connectClient(context, `http://127.0.0.1:${proxy.port}`, "r", ["recovery"], options);
  const { socket } = client;
  const names = [];
  socket.on("n", (index) => names.push(index));
  const { id } = socket;

  await nodes[2].do("emit", { rooms: ["recovery"] }, ["n", 0]);
  await context.eventually(() => names, [0], "before the connection is lost");
  proxy.targetPort = nodes[1].port;
  proxy.cut();
  await context.eventually(() => socket.connected, false, "the connection is lost");
  await nodes[2].do("emit", { rooms: ["recovery"] }, ["n", 1]);
  await nodes[2].do("emit", {}, ["n", 2]);
  await nodes[2].do("emit", { rooms: ["other"] }, ["n", -1]);
  await context.eventually(() => socket.connected, true, "connected again");
  context.equal(socket.recovered, true, "recovered");
  context.equal(socket.id, id, "the same id");
  await nodes[2].do("emit", { rooms: ["recovery"] }, ["n", 3]);
  await context.eventually(() => names, [0, 1, 2, 3], "what was missed, once and in order");
  const fetched = await nodes[1].do("fetchSockets", { rooms: ["recovery"], flags: ["local"] });
  context.equal(fetched, [{ name: "r", rooms: ["recovery"], url: "string" }], "the same rooms and data");
}

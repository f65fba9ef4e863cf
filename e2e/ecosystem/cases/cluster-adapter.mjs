import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { connectClient } from "../support/clients.mjs";
import { checkCluster } from "../support/cluster-checks.mjs";
import { createRemote } from "../support/nodes.mjs";

export const name = "@socket.io/cluster-adapter and @socket.io/sticky, three workers behind one port";
export const packages = { "@socket.io/cluster-adapter": "0.3.0", "@socket.io/sticky": "1.0.4" };

export async function run(context) {
  const file = fileURLToPath(new URL("../support/sticky-cluster.mjs", import.meta.url));
  const primary = fork(file, [context.folder], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  context.onEnd(() => primary.kill("SIGKILL"));
  const [{ port }] = await once(primary, "message");
  const nodes = [0, 1, 2].map((worker) => createNode(primary, worker));

  const rooms = { a: ["odd"], b: ["even"], c: ["odd"] };
  const clients = [];
  for (const one of Object.keys(rooms)) {
    // Polling first: all requests of a session must reach the same worker.
    clients.push(await connectClient(context, `http://127.0.0.1:${port}`, one, rooms[one]));
  }
  const upgraded = () => clients.map((client) => client.socket.io.engine.transport.name);
  await context.eventually(upgraded, ["websocket", "websocket", "websocket"], "upgraded through the primary");
  await checkCluster(context, await sortByClients(context, nodes), clients);
}

function createNode(primary, worker) {
  const remote = createRemote((message) => primary.send({ ...message, worker }), filter(primary, worker));
  return { do: remote, kill: () => remote("exit").catch(() => {}) };
}

/** Answers of one worker. */
function filter(primary, worker) {
  return { on: (event, listener) => primary.on(event, (message) => message.worker === worker && listener(message)) };
}

/** The primary hands out connections in turn: each worker has one. */
async function sortByClients(context, nodes) {
  const byName = new Map();
  for (const node of nodes) {
    const sockets = await node.do("fetchSockets", { flags: ["local"] });
    context.equal(sockets.length, 1, "one client on each worker");
    byName.set(sockets[0].name, node);
  }
  return ["a", "b", "c"].map((one) => byName.get(one));
}

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
  const url = `http://127.0.0.1:${port}`;
  const clients = [];
  const nodesOfClients = [];
  for (const one of Object.keys(rooms)) {
    const free = nodes.filter((node) => !nodesOfClients.includes(node));
    const { client, node } = await connectToOneOf(context, free, () => connectClient(context, url, one, rooms[one]));
    clients.push(client);
    nodesOfClients.push(node);
  }
  const upgraded = () => clients.map((client) => client.socket.io.engine.transport.name);
  await context.eventually(upgraded, ["websocket", "websocket", "websocket"], "upgraded through the primary");
  await checkCluster(context, nodesOfClients, clients);
}

function createNode(primary, worker) {
  const remote = createRemote((message) => primary.send({ ...message, worker }), filter(primary, worker));
  return { do: remote, kill: () => remote("exit").catch(() => {}) };
}

/** Answers of one worker. */
function filter(primary, worker) {
  return { on: (event, listener) => primary.on(event, (message) => message.worker === worker && listener(message)) };
}

/**
 * The primary hands out sessions in turn, so that some attempt reaches a worker without a client. An attempt may fail: a client
 * that is quick to send its first packet overtakes the message by which the primary learns of its session.
 */
async function connectToOneOf(context, nodes, connect) {
  for (let attempt = 0; attempt < 50; attempt++) {
    const client = await connect().catch(() => null);
    if (client === null) continue;
    for (const node of nodes) {
      const local = await node.do("fetchSockets", { flags: ["local"] });
      if (local.some(({ name }) => name === client.name)) return { client, node };
    }
    client.socket.disconnect();
  }
  throw new Error("no attempt reached a worker without a client");
}

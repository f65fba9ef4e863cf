import { fileURLToPath } from "node:url";
import { connectClient } from "./clients.mjs";
import { checkCluster } from "./cluster-checks.mjs";
import { startNode } from "./nodes.mjs";

/** Three nodes of a case in processes of their own, and a client on each. */
export async function startThreeNodes(context, caseUrl, services) {
  const file = fileURLToPath(caseUrl);
  const nodes = [];
  for (let index = 0; index < 3; index++) nodes.push(await startNode(context, file, services));
  const rooms = { a: ["odd"], b: ["even"], c: ["odd"] };
  const clients = [];
  for (const [index, name] of Object.keys(rooms).entries()) {
    clients.push(await connectClient(context, `http://127.0.0.1:${nodes[index].port}`, name, rooms[name]));
  }
  // Between two polls a volatile event would be dropped.
  const transports = () => clients.map(({ socket }) => socket.io.engine.transport.name);
  await context.eventually(transports, ["websocket", "websocket", "websocket"], "upgraded");
  return { nodes, clients };
}

/** The checks of a cluster on three nodes. */
export async function checkThreeNodes(context, caseUrl, services, abilities) {
  const { nodes, clients } = await startThreeNodes(context, caseUrl, services);
  await checkCluster(context, nodes, clients, abilities);
}

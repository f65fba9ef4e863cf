import { fileURLToPath } from "node:url";
import { connectClient } from "../support/clients.mjs";
import { checkCluster } from "../support/cluster-checks.mjs";
import { startNode } from "../support/nodes.mjs";
import { checkRecoveryOnAnotherNode } from "../support/recovery-checks.mjs";
import { waitForStreamReaders } from "../support/stream-readers.mjs";
import { startDatabase } from "./postgres-adapter.mjs";

export const name = "nodes of socket.io 4.8.4 and of ours in one cluster, as in a rolling deploy";
export const packages = {
  "@socket.io/redis-adapter": "8.3.0",
  "@socket.io/redis-streams-adapter": "0.3.1",
  "@socket.io/postgres-adapter": "0.5.0",
  redis: "4.7.1",
  pg: "8.16.3",
};
export const timeoutMs = 200_000;

/** By adapter, where its nodes come from: the last one dies, the first asks and the second is asked most. */
const CLUSTERS = [
  { adapter: "redis", order: ["theirs", "ours", "ours"] },
  { adapter: "redis", order: ["ours", "theirs", "theirs"] },
  { adapter: "sharded", order: ["theirs", "ours", "theirs"] },
  { adapter: "streams", order: ["ours", "theirs", "ours"] },
  { adapter: "postgres", order: ["theirs", "ours", "theirs"] },
];

export async function run(context) {
  const folders = { ours: context.folder, theirs: await installOriginals(context) };
  await Promise.all([
    ...CLUSTERS.map(({ adapter, order }) => checkMixed(context, folders, adapter, order)),
    checkRecovery(context, folders, ["theirs", "ours", "theirs"]),
    checkRecovery(context, folders, ["ours", "theirs", "ours"]),
  ]);
}

/** The same packages, on the originals. */
async function installOriginals(context) {
  const dependencies = { ...packages, "socket.io": "4.8.4", "socket.io-client": "4.8.4" };
  const folder = context.project("theirs", {
    "package.json": { name: "theirs", private: true, dependencies },
    "load.mjs": "export default (name) => import(name);\n",
  });
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefer-offline"];
  await context.run("npm", args, { cwd: folder });
  return folder;
}

async function checkMixed(context, folders, adapter, order) {
  const services = await startServices(context, adapter);
  const nodes = await startNodes(context, folders, order, services);
  if (adapter === "streams") await waitForStreamReaders(context, nodes);
  const rooms = { a: ["odd"], b: ["even"], c: ["odd"] };
  const clients = [];
  for (const [index, client] of Object.keys(rooms).entries()) {
    const url = `http://127.0.0.1:${nodes[index].port}`;
    clients.push(await connectClient(context, url, client, rooms[client], { transports: ["websocket"] }));
  }
  try {
    await checkCluster(context, nodes, clients);
  } catch (error) {
    throw new Error(`${adapter}: ${order}`, { cause: error });
  }
  for (const node of nodes.slice(0, 2)) await node.kill();
}

/** A session of a node of the one kind goes on at a node of the other. */
async function checkRecovery(context, folders, order) {
  const services = { ...(await startServices(context, "streams")), recovery: true };
  const nodes = await startNodes(context, folders, order, services);
  await checkRecoveryOnAnotherNode(context, nodes);
  for (const node of nodes) await node.kill();
}

async function startNodes(context, folders, order, services) {
  const nodes = [];
  for (const kind of order) {
    nodes.push(await startNode({ ...context, folder: folders[kind] }, fileURLToPath(import.meta.url), services));
  }
  return nodes;
}

async function startServices(context, adapter) {
  if (adapter !== "postgres") return { adapter, redis: await context.startRedis() };
  return { adapter, postgres: await startDatabase(context) };
}

export async function createServerOptions(context, services) {
  const { createServerOptions: create } = await import(`./${FILES[services.adapter]}.mjs`);
  return create(context, services);
}

/** The cases of one adapter know how it is made. */
const FILES = {
  redis: "redis-adapter",
  sharded: "redis-adapter-sharded",
  streams: "redis-streams-adapter",
  postgres: "postgres-adapter",
};

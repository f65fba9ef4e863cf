import { checkCluster } from "../support/cluster-checks.mjs";
import { checkRecoveryOnAnotherNode } from "../support/recovery-checks.mjs";
import { waitForStreamReaders } from "../support/stream-readers.mjs";
import { startThreeNodes } from "../support/three-nodes.mjs";

export const name = "@socket.io/redis-streams-adapter, with recovery on another node";
export const packages = { "@socket.io/redis-streams-adapter": "0.3.1", redis: "4.7.1" };

export async function run(context) {
  const redis = await context.startRedis();
  const { nodes } = await startThreeNodes(context, import.meta.url, { redis, recovery: true });
  await checkRecoveryOnAnotherNode(context, nodes);
  for (const node of nodes) await node.kill();
  await checkThree(context);
}

async function checkThree(context) {
  const { nodes, clients } = await startThreeNodes(context, import.meta.url, { redis: await context.startRedis() });
  await waitForStreamReaders(context, nodes);
  await checkCluster(context, nodes, clients);
}

export async function createServerOptions({ load }, { redis, recovery }) {
  const { createAdapter } = await load("@socket.io/redis-streams-adapter");
  const { createClient } = await load("redis");
  const client = createClient({ url: redis.url });
  await client.connect();
  const options = {
    adapter: createAdapter(client, { blockTimeInMs: 200, heartbeatInterval: 200, heartbeatTimeout: 2000 }),
  };
  return recovery ? { ...options, connectionStateRecovery: { maxDisconnectionDuration: 60_000 } } : options;
}

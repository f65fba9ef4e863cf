import { checkThreeNodes } from "../support/three-nodes.mjs";

export const name = "socket.io-redis 6, the redis adapter by its old name";
export const packages = { "socket.io-redis": "6.1.1", redis: "3.1.2" };

export async function run(context) {
  // It carries broadcasts; what Socket.IO 4 has added is in its successor.
  const abilities = { requests: false, serverSideEmit: false, countsNodes: false };
  await checkThreeNodes(context, import.meta.url, { redis: await context.startRedis() }, abilities);
}

export async function createServerOptions(context, { redis }) {
  const { createAdapter } = context.require("socket.io-redis");
  const { createClient } = context.require("redis");
  const pubClient = createClient(redis.url);
  return { adapter: createAdapter({ pubClient, subClient: pubClient.duplicate() }) };
}

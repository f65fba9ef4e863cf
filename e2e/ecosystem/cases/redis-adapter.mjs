import { checkThreeNodes } from "../support/three-nodes.mjs";

export const name = "@socket.io/redis-adapter with node-redis";
export const packages = { "@socket.io/redis-adapter": "8.3.0", redis: "4.7.1" };

export async function run(context) {
  await checkThreeNodes(context, import.meta.url, { redis: await context.startRedis() });
}

export async function createServerOptions({ load }, { redis }) {
  const { createAdapter } = await load("@socket.io/redis-adapter");
  const { createClient } = await load("redis");
  const publisher = createClient({ url: redis.url });
  const subscriber = publisher.duplicate();
  await Promise.all([publisher.connect(), subscriber.connect()]);
  return { adapter: createAdapter(publisher, subscriber) };
}

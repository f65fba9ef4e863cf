import { checkThreeNodes } from "../support/three-nodes.mjs";

export const name = "@socket.io/redis-adapter with ioredis, on the original socket.io-adapter";
export const packages = { "@socket.io/redis-adapter": "8.3.0", ioredis: "5.8.2" };
export const keep = ["socket.io-adapter"];

export async function run(context) {
  await checkThreeNodes(context, import.meta.url, { redis: await context.startRedis() });
}

export async function createServerOptions({ load }, { redis }) {
  const { createAdapter } = await load("@socket.io/redis-adapter");
  const { Redis } = await load("ioredis");
  const publisher = new Redis(redis.url);
  return { adapter: createAdapter(publisher, publisher.duplicate()) };
}

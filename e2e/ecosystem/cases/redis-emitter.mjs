import { setTimeout as sleep } from "node:timers/promises";
import { startThreeNodes } from "../support/three-nodes.mjs";

export const name = "@socket.io/redis-emitter";
export const packages = { "@socket.io/redis-adapter": "8.3.0", "@socket.io/redis-emitter": "5.1.0", redis: "4.7.1" };

export async function run(context) {
  const redis = await context.startRedis();
  const { nodes, clients } = await startThreeNodes(context, import.meta.url, { redis });
  const { Emitter } = context.require("@socket.io/redis-emitter");
  const { createClient } = context.require("redis");
  const client = createClient({ url: redis.url });
  await client.connect();
  context.onEnd(() => client.quit());
  const emitter = new Emitter(client);
  const taken = () => clients.map((one) => one.take());
  const received = [[], [], []];
  const collect = () => {
    for (const [index, events] of taken().entries()) received[index].push(...events);
    return received;
  };

  emitter.emit("all", 1, { deep: true });
  emitter.to("odd").emit("room", "é");
  emitter.except("odd").emit("except");
  const all = ["all", 1, { deep: true }];
  const expected = [
    [all, ["room", "é"]],
    [all, ["except"]],
    [all, ["room", "é"]],
  ];
  await context.eventually(collect, expected, "events of the emitter");
  await sleep(50);
  context.equal(collect(), expected, "and nothing more");
  emitter.volatile.to("even").emit("volatile");
  expected[1].push(["volatile"]);
  await context.eventually(collect, expected, "a volatile event");

  emitter.serverSideEmit("hello", "emitter");
  for (const node of nodes) await context.eventually(() => node.do("events"), [["emitter"]], "serverSideEmit");

  emitter.in("odd").socketsJoin("joined");
  const inRoom = async () =>
    (await nodes[1].do("fetchSockets", { rooms: ["joined"] })).map((socket) => socket.name).sort();
  await context.eventually(inRoom, ["a", "c"], "socketsJoin");
  emitter.in("joined").socketsLeave("joined");
  await context.eventually(inRoom, [], "socketsLeave");
  emitter.in("even").disconnectSockets(true);
  await context.eventually(() => clients.map((one) => one.socket.connected), [true, false, true], "disconnectSockets");
}

export { createServerOptions } from "./redis-adapter.mjs";

import { setTimeout as sleep } from "node:timers/promises";

export const name = "hapi with @hapi/nes on ws";
export const packages = { "@hapi/hapi": "21.4.4", "@hapi/nes": "14.0.1" };
export const replace = ["ws"];

export async function run(context) {
  const Hapi = context.require("@hapi/hapi");
  const Nes = context.require("@hapi/nes");
  const server = Hapi.server({ port: 0, host: "127.0.0.1" });
  let connections = 0;
  const options = {
    heartbeat: { interval: 1000, timeout: 900 },
    payload: { maxChunkChars: 100 },
    maxConnections: 2,
    onConnection: () => connections++,
    onDisconnection: () => connections--,
    onMessage: async (socket, message) => ({ echo: message, from: socket.info.remoteAddress }),
  };
  await server.register({ plugin: Nes, options });
  server.route({ method: "GET", path: "/long", handler: () => "é".repeat(1200) });
  server.subscription("/items/{id}");
  await server.start();
  context.onEnd(() => server.stop({ timeout: 100 }));
  const connect = async () => {
    const client = new Nes.Client(`ws://127.0.0.1:${server.info.port}`);
    await client.connect({ reconnect: false });
    return client;
  };

  const client = await connect();
  const { statusCode, payload } = await client.request("/long");
  context.equal([statusCode, payload], [200, "é".repeat(1200)], "a response in chunks");
  const answer = { echo: { text: "é" }, from: "127.0.0.1" };
  context.equal((await client.message({ text: "é" })).payload, answer, "a message");
  const items = [];
  await client.subscribe("/items/5", (item) => items.push(item));
  for (const id of [4, 5]) server.publish(`/items/${id}`, { id });
  await context.eventually(() => items, [{ id: 5 }], "a subscription");
  await sleep(1500);
  context.equal(connections, 1, "connections after some heartbeats");
  const second = await connect();
  const third = await connect().catch((error) => error);
  context.equal(third.type, "disconnect", "more connections than allowed");
  const left = new Promise((resolve) => (second.onDisconnect = (_again, log) => resolve([log.code, log.wasRequested])));
  await second.disconnect();
  context.equal(await left, [1005, true], "a client that leaves");
  await context.eventually(() => connections, 1, "connections after that");
  await client.disconnect();
}

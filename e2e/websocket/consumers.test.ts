// Published packages that are written for ws, with ours in its place: pnpm-workspace.yaml links it where they require "ws".
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import fastifyWebsocket from "@fastify/websocket";
import { WebSocket, WebSocketServer, createWebSocketStream } from "@halyard/websocket";
import { Aedes } from "aedes";
import fastify from "fastify";
import { createClient } from "graphql-ws";
import { useServer } from "graphql-ws/use/ws";
import mqtt from "mqtt";
import { afterEach, expect, it } from "vitest";

/** By `require`, as graphql-ws loads it: two copies of its classes do not mix. */
const { GraphQLObjectType, GraphQLSchema, GraphQLString } = createRequire(import.meta.url)(
  "graphql",
) as typeof import("graphql");

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

/** What `require("ws")` is for a package: proof that the tests below run on ours. */
function wsOf(name: string): unknown {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve(name))("ws");
}

it("graphql-ws: a query and a subscription", async () => {
  const schema = new GraphQLSchema({
    query: new GraphQLObjectType({
      name: "Query",
      fields: { hello: { type: GraphQLString, resolve: () => "world" } },
    }),
    subscription: new GraphQLObjectType({
      name: "Subscription",
      fields: {
        greetings: {
          type: GraphQLString,
          subscribe: async function* () {
            for (const greetings of ["Hi", "Ciao", "Zdravo"]) yield { greetings };
          },
        },
      },
    }),
  });
  const server = createServer();
  const wss = new WebSocketServer({ server, path: "/graphql" });
  const graphql = useServer({ schema }, wss as never);
  const port = await listen(server);
  const client = createClient({ url: `ws://127.0.0.1:${port}/graphql`, webSocketImpl: WebSocket });
  cleanups.unshift(
    () => client.dispose(),
    () => graphql.dispose(),
  );

  const results = async (query: string): Promise<unknown[]> => {
    const list: unknown[] = [];
    for await (const result of client.iterate({ query })) list.push(result.data);
    return list;
  };
  expect(await results("{ hello }")).toEqual([{ hello: "world" }]);
  expect(await results("subscription { greetings }")).toEqual(
    ["Hi", "Ciao", "Zdravo"].map((greetings) => ({ greetings })),
  );
  // The subprotocol is chosen by graphql-ws's own hook; a client without it is turned away.
  const stranger = new WebSocket(`ws://127.0.0.1:${port}/graphql`);
  const [code] = await once(stranger, "close");
  expect(code).toBe(4406);
});

/** mqtt 5.16 does not connect to aedes 1.2 on Node 26, with ws neither. */
const canMqtt = Number(process.versions.node.split(".")[0]) < 26;
if (!canMqtt) console.log("SKIP mqtt: it does not work on Node 26, with ws neither");

it.runIf(canMqtt)("mqtt: publish and subscribe through aedes over createWebSocketStream", async () => {
  expect(wsOf("mqtt")).toBe(wsOf("@fastify/websocket"));
  expect(wsOf("mqtt")).toHaveProperty("createWebSocketStream");
  expect((wsOf("mqtt") as { WebSocket: unknown }).WebSocket).toBe(WebSocket);

  const broker = await Aedes.createBroker();
  const server = createServer();
  const wss = new WebSocketServer({ server, handleProtocols: () => "mqtt" });
  wss.on("connection", (socket, request) => void broker.handle(createWebSocketStream(socket), request));
  const port = await listen(server);
  const client = await mqtt.connectAsync(`ws://127.0.0.1:${port}`, { reconnectPeriod: 0 });
  cleanups.unshift(
    () => client.endAsync(),
    () => new Promise<void>((resolve) => broker.close(resolve)),
  );

  await client.subscribeAsync("rooms/#", { qos: 1 });
  const large = Buffer.alloc(300_000, "halyard ");
  const received: string[] = [];
  const all = new Promise<void>((resolve) => {
    client.on("message", (topic, payload) => {
      received.push(`${topic} ${payload.length}`);
      if (received.length === 21) resolve();
    });
  });
  for (let i = 0; i < 20; i++) await client.publishAsync(`rooms/${i}`, "hi", { qos: 1 });
  await client.publishAsync("rooms/large", large, { qos: 1 });
  await all;
  expect(received).toEqual([...Array.from({ length: 20 }, (_, i) => `rooms/${i} 2`), "rooms/large 300000"]);
});

it("@fastify/websocket: a route, its hooks and its own test client", async () => {
  const app = fastify();
  await app.register(fastifyWebsocket, { options: { maxPayload: 1024 * 1024 } });
  app.addHook("preValidation", async (request, reply) => {
    if (request.headers["x-key"] !== "secret") await reply.code(401).send();
  });
  app.get("/echo", { websocket: true }, (socket, request) => {
    socket.on("message", (data) => socket.send(`${request.url} ${(data as Buffer).toString()}`));
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  cleanups.push(() => app.close());
  const { port } = app.server.address() as AddressInfo;

  const headers = { "X-Key": "secret" };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/echo`, { headers });
  await once(socket, "open");
  socket.send("hello");
  expect((await once(socket, "message"))[0].toString()).toBe("/echo hello");
  socket.close();
  await once(socket, "close");

  const refused = new WebSocket(`ws://127.0.0.1:${port}/echo`);
  expect((await once(refused, "error"))[0]).toMatchObject({ message: "Unexpected server response: 401" });

  // Both ends over a pair of streams in memory, without a port.
  const injected = await app.injectWS("/echo", { headers: { "x-key": "secret" } });
  injected.send("inside");
  expect((await once(injected, "message"))[0].toString()).toBe("/echo inside");
  injected.terminate();
});

import { createServer } from "node:http";
import { listenOnPort } from "../support/listen.mjs";

export const name = "mqtt and aedes on ws";
export const packages = { aedes: "1.2.0", mqtt: "5.16.0" };
export const replace = ["ws"];

export async function run(context) {
  const { Aedes } = await context.load("aedes");
  const mqtt = context.require("mqtt");
  const { WebSocketServer, createWebSocketStream } = context.require("ws");

  const broker = await Aedes.createBroker();
  const server = createServer();
  const wss = new WebSocketServer({ server, handleProtocols: () => "mqtt" });
  wss.on("connection", (socket, request) => broker.handle(createWebSocketStream(socket), request));
  const client = await mqtt.connectAsync(`ws://127.0.0.1:${await listenOnPort(context, server)}`, {
    reconnectPeriod: 0,
  });
  context.onEnd(() => client.endAsync(true));

  const received = [];
  client.on("message", (topic, payload) => received.push([topic, payload.length]));
  await client.subscribeAsync("rooms/#", { qos: 1 });
  const expected = Array.from({ length: 50 }, (_, n) => [`rooms/${n}`, n * 5000]);
  for (const [topic, length] of expected) await client.publishAsync(topic, Buffer.alloc(length, "mqtt"), { qos: 1 });
  await context.eventually(() => received, expected, "what was published");
}

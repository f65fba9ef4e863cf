import { once } from "node:events";
import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "websocket-stream, with mqtt 4 and aedes 0.51, on ws";
export const packages = { "websocket-stream": "5.5.2", mqtt: "4.3.8", aedes: "0.51.3" };
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  await checkMqtt(context);
  await checkStream(context);
}

async function checkMqtt(context) {
  const websocketStream = context.require("websocket-stream");
  const broker = context.require("aedes")();
  const httpServer = createServer();
  websocketStream.createServer({ server: httpServer }, broker.handle);
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const client = context.require("mqtt").connect(url, { reconnectPeriod: 100 });
  const received = [];
  client.on("message", (topic, payload) => received.push([topic, payload.length]));
  await once(client, "connect");
  await new Promise((resolve) => client.subscribe("topic/#", { qos: 2 }, resolve));
  const expected = Array.from({ length: 20 }, (_, n) => [`topic/${n}`, n * 9000]);
  for (const [topic, length] of expected) client.publish(topic, Buffer.alloc(length), { qos: 2 });
  await context.eventually(() => received, expected, "what was published");
  client.stream.destroy();
  await once(client, "connect");
  await new Promise((resolve) => client.end(false, {}, resolve));
  await new Promise((resolve) => broker.close(resolve));
}

async function checkStream(context) {
  const websocketStream = context.require("websocket-stream");
  const httpServer = createServer();
  const ends = [];
  websocketStream.createServer({ server: httpServer }, (stream) => {
    stream.pipe(stream);
    stream.on("error", () => {});
    for (const event of ["end", "close"]) stream.on(event, () => ends.push(event));
  });
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const stream = websocketStream(url, ["protocol"], { perMessageDeflate: false });
  let received = 0;
  stream.on("data", (data) => (received += data.length));
  for (let n = 0; n < 50; n++) stream.write(Buffer.alloc(20_000));
  await context.eventually(() => received, 1_000_000, "what was written comes back");
  stream.end();
  await once(stream, "close");
  await context.eventually(() => ends, ["end", "close"], "a stream that ends");
  const other = websocketStream(url, ["protocol"]);
  await once(other, "connect");
  other.destroy();
  await context.eventually(() => ends.filter((event) => event === "close").length, 2, "a stream that is destroyed");
}

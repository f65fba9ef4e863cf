import { writeFileSync } from "node:fs";
import path from "node:path";
import { findProgram } from "../support/programs.mjs";
import { freePort } from "../support/services.mjs";

export const name = "nats.ws against nats-server, on ws";
export const packages = { "nats.ws": "1.30.3" };
export const replace = ["ws"];
export const missing = () => (findProgram("nats-server") === null ? "nats-server" : null);

const SIZES = [0, 1, 125, 126, 65_535, 65_536, 300_000];

export async function run(context) {
  globalThis.WebSocket = context.require("ws").WebSocket;
  const { connect, StringCodec } = await context.load("nats.ws");
  const [port, start] = await prepareServer(context);
  const server = await start();
  const connection = await connect({ servers: `ws://127.0.0.1:${port}`, reconnectTimeWait: 100 });
  const codec = StringCodec();
  const ask = async (text) =>
    codec.decode((await connection.request("a.b", codec.encode(text), { timeout: 5000 })).data);
  const sizes = [];
  connection.subscribe("a.>", {
    callback: (_, message) => {
      sizes.push(message.data.length);
      message.respond(message.data);
    },
  });
  for (const size of SIZES) connection.publish("a.x", new Uint8Array(size));
  await context.eventually(() => sizes, SIZES, "messages of all lengths, compressed by the server");
  context.equal(await ask("é"), "é", "a request");
  for (let n = 0; n < 2000; n++) connection.publish("a.y", codec.encode("y".repeat(n)));
  await context.eventually(() => sizes.length, SIZES.length + 1 + 2000, "2000 messages at once");
  server.stop();
  await start();
  await context.eventually(() => ask("again").catch(() => null), "again", "a request after the server has died");
  await connection.drain();
  context.equal(await connection.closed(), undefined, "the end");
}

async function prepareServer(context) {
  const [port, webSocketPort] = [await freePort(), await freePort()];
  const file = path.join(context.folder, "nats.conf");
  const webSocket = `websocket { listen: "127.0.0.1:${webSocketPort}", no_tls: true, compression: true }`;
  writeFileSync(file, `listen: "127.0.0.1:${port}"\n${webSocket}\n`);
  return [webSocketPort, () => context.start("nats-server", ["-c", file], { ready: /Server is ready/ })];
}

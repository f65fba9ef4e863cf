import { createServer } from "node:http";
import { constants, createDeflate } from "node:zlib";
import { listen } from "../support/serve.mjs";

export const name = "discord.js and Eris on ws";
export const packages = {
  "discord.js": "14.28.1",
  "@discordjs/ws": "2.0.4",
  "@discordjs/rest": "2.6.0",
  eris: "0.18.0",
};
export const replace = ["ws"];

export async function run(context) {
  await checkManager(context, null);
  await checkManager(context, "zlib-native");
  await checkClient(context);
  await checkEris(context, false);
  await checkEris(context, true);
}

/** A gateway: greets, answers heartbeats, and starts or resumes sessions. */
async function startGateway(context) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer((req, res) => {
    const limits = { total: 1000, remaining: 999, reset_after: 1, max_concurrency: 1 };
    res.setHeader("content-type", "application/json");
    res.end(JSON.stringify({ url: `ws://${req.headers.host}`, shards: 1, session_start_limit: limits }));
  });
  const wss = new WebSocketServer({ server: httpServer });
  const seen = [];
  wss.on("connection", (webSocket, { url, headers }) => {
    const send = url.includes("zlib-stream") ? deflate(webSocket) : (text) => webSocket.send(text);
    const dispatch = (s, t, d) => send(JSON.stringify({ op: 0, s, t, d }));
    send(JSON.stringify({ op: 10, d: { heartbeat_interval: 200 } }));
    webSocket.on("close", (code) => seen.push(`close ${code}`));
    webSocket.on("message", (data) => {
      const { op } = JSON.parse(data);
      seen.push(op);
      if (op === 1) send(JSON.stringify({ op: 11 }));
      if (op === 6) dispatch(3, "RESUMED", {});
      if (op !== 2) return;
      dispatch(1, "READY", ready(`ws://${headers.host}`));
      dispatch(2, "MESSAGE_CREATE", MESSAGE);
    });
  });
  return { clients: wss.clients, seen, url: await listen(context, httpServer) };
}

/** One zlib stream for the connection, as the real gateway has it. */
function deflate(webSocket) {
  const stream = createDeflate();
  let chunks = [];
  stream.on("data", (chunk) => chunks.push(chunk));
  let last = Promise.resolve();
  const sendOne = (text) =>
    new Promise((resolve) => {
      stream.write(text);
      stream.flush(constants.Z_SYNC_FLUSH, () => {
        webSocket.send(Buffer.concat(chunks));
        chunks = [];
        resolve();
      });
    });
  return (text) => (last = last.then(() => sendOne(text)));
}

async function checkManager(context, compression) {
  const { REST } = context.require("@discordjs/rest");
  const { WebSocketManager } = context.require("@discordjs/ws");
  const { clients, seen, url } = await startGateway(context);
  const rest = new REST({ api: url, version: "10" }).setToken("token");
  const fetchGatewayInformation = () => rest.get("/gateway/bot");
  const manager = new WebSocketManager({ token: "token", intents: 0, rest, compression, fetchGatewayInformation });
  const events = [];
  manager.on("dispatch", ({ t, data }) => events.push(t ?? data.t));
  await manager.connect();
  await context.eventually(
    () => events,
    ["READY", "MESSAGE_CREATE"],
    `@discordjs/ws, ${compression}: dispatched events`,
  );
  await context.eventually(() => seen.includes(1), true, `@discordjs/ws, ${compression}: a heartbeat`);
  for (const webSocket of clients) webSocket.close(4000);
  await context.eventually(() => events[2], "RESUMED", `@discordjs/ws, ${compression}: resumes`);
  await manager.destroy();
  await context.eventually(() => seen.at(-1), "close 1000", `@discordjs/ws, ${compression}: the end`);
}

async function checkClient(context) {
  const { Client } = context.require("discord.js");
  const { seen, url } = await startGateway(context);
  const client = new Client({ intents: [512, 32_768], rest: { api: url } });
  const events = [];
  client.on("raw", ({ t }) => events.push(t));
  await client.login("token");
  await context.eventually(() => events, ["READY", "MESSAGE_CREATE"], "discord.js: events");
  await client.destroy();
  await context.eventually(() => seen.at(-1), "close 1000", "discord.js: the end");
}

async function checkEris(context, compress) {
  const Eris = context.require("eris");
  const { clients, seen, url } = await startGateway(context);
  const client = new Eris.Client("Bot token", { compress, intents: 0, reconnectDelay: () => 50 });
  const limits = { max_concurrency: 1, total: 9, remaining: 9 };
  client.requestHandler.request = async () => ({
    url: url.replace("http", "ws"),
    shards: 1,
    session_start_limit: limits,
  });
  const events = [];
  for (const event of ["ready", "shardResume"]) client.on(event, () => events.push(event));
  client.on("shardDisconnect", (error) => events.push(error?.code ?? null));
  client.on("error", () => {});
  await client.connect();
  await context.eventually(() => events, ["ready"], `Eris, compressed ${compress}: a session`);
  for (const webSocket of clients) webSocket.close(4000, "again");
  const resumed = [4000, "shardResume", "ready"];
  await context.eventually(() => events.slice(1), resumed, `Eris, compressed ${compress}: resumes`);
  for (const webSocket of clients) webSocket.terminate();
  const lost = [1006, "shardResume", "ready"];
  await context.eventually(() => events.slice(4), lost, `Eris, compressed ${compress}: resumes after a loss`);
  client.disconnect({ reconnect: false });
  await context.eventually(() => seen.at(-1), "close 1000", `Eris, compressed ${compress}: the end`);
}

const ready = (resume_gateway_url) => ({
  v: 10,
  user: { id: "1", username: "bot", discriminator: "0", bot: true },
  application: { id: "2", flags: 0 },
  guilds: [],
  private_channels: [],
  session_id: "session",
  resume_gateway_url,
});

const MESSAGE = {
  id: "5",
  channel_id: "6",
  type: 0,
  content: "é".repeat(2000),
  author: { id: "9", username: "user", discriminator: "0" },
  attachments: [],
  embeds: [],
  mentions: [],
  mention_roles: [],
  timestamp: new Date(0).toISOString(),
};

import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { imitate } from "../support/imitate.mjs";
import { listen } from "../support/serve.mjs";

export const name = "Azure Web PubSub, Bot Framework, Bolt for Slack and the DevTools of React, on ws";
export const packages = {
  "@azure/web-pubsub-client": "1.1.0",
  "botframework-streaming": "4.23.3",
  "@slack/bolt": "5.1.0",
  "react-devtools-core": "8.0.0",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [checkWebPubSub, checkBotframework, checkSlackBolt, checkDevtools];
  for (const check of checks) await check(context);
}

async function checkWebPubSub(context) {
  const { WebPubSubClient } = context.require("@azure/web-pubsub-client");
  const seen = [];
  const { wsUrl, clients } = await imitate(
    context,
    ({ send, receive }) => {
      send({ type: "system", event: "connected", userId: "u", connectionId: "c", reconnectionToken: "t" });
      receive((m) => {
        seen.push(m.type);
        if (m.ackId) send({ type: "ack", ackId: m.ackId, success: true });
        if (m.type === "sendToGroup")
          send({
            type: "message",
            from: "group",
            group: m.group,
            dataType: m.dataType,
            data: m.data,
            sequenceId: seen.length,
          });
      });
    },
    { handleProtocols: (p) => [...p][0] },
  );
  const client = new WebPubSubClient(
    { getClientAccessUrl: async () => `${wsUrl}/client/hubs/h?access_token=x` },
    { autoReconnect: true },
  );
  const events = [];
  client.on("connected", (e) => events.push(e.connectionId));
  client.on("group-message", (e) => events.push(e.message.data));
  client.on("disconnected", () => events.push("disconnected"));
  await client.start();
  await client.joinGroup("g");
  await client.sendToGroup("g", "é", "text");
  await client.sendToGroup("g", new Uint8Array([1, 2]).buffer, "binary");
  await context.eventually(() => events.length, 3, `azure ${events}`);
  context.equal([events[0], events[1], events[2].byteLength], ["c", "é", 2], "azure");
  for (const c of clients) c.terminate();
  await sleep(200);
  await context.eventually(
    () => seen.filter((x) => x === "joinGroup").length >= 1 && clients.size,
    1,
    "azure recovers",
  );
  client.stop();
}

async function checkBotframework(context) {
  const {
    WebSocketServer: BotServer,
    WebSocketClient,
    NodeWebSocketFactory,
    StreamingRequest,
    StreamingResponse,
  } = context.require("botframework-streaming");
  const httpServer = createServer();
  const seen = [];
  httpServer.on("upgrade", (req, socket, head) => {
    new NodeWebSocketFactory().createWebSocket(req, socket, head).then((webSocket) => {
      const handler = {
        async processRequest(request) {
          seen.push(request.path);
          const [stream] = request.streams;
          const text = stream ? await stream.readAsString() : "";
          const r = new StreamingResponse();
          r.statusCode = 200;
          r.setBody(text.toUpperCase());
          return r;
        },
      };
      new BotServer(webSocket, handler).start();
    });
  });
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const lost = [];
  const client = new WebSocketClient({
    url,
    requestHandler: { processRequest: async () => new StreamingResponse() },
    disconnectionHandler: () => lost.push(1),
  });
  await client.connect();
  const request = StreamingRequest.create("POST", "/api");
  request.setBody("x".repeat(50_000));
  const response = await client.send(request);
  context.equal(response.statusCode, 200, "botframework");
  const body = await response.streams[0].readAsString();
  context.equal(body.length >= 50_000, true, `botframework body ${body.length}`);
  context.equal(seen, ["/api"], "seen");
  client.disconnect();
}

async function checkSlackBolt(context) {
  const { App } = context.require("@slack/bolt");
  const answers = [];
  const { url } = await imitate(
    context,
    ({ send, receive }) => {
      receive((m) => answers.push(m));
      send({ type: "hello", num_connections: 1 });
      send({
        type: "slash_commands",
        envelope_id: "1",
        accepts_response_payload: true,
        payload: { command: "/x", text: "é", user_id: "U", team_id: "T", channel_id: "C", response_url: "http://x" },
      });
    },
    {
      onRequest: (req, res) => {
        res.setHeader("content-type", "application/json");
        res.end(JSON.stringify({ ok: true, url: `ws://${req.headers.host}/`, user_id: "U", bot_id: "B", user: {} }));
      },
    },
  );
  const app = new App({
    token: "xoxb-1",
    appToken: "xapp-1",
    socketMode: true,
    logLevel: "error",
    clientOptions: { slackApiUrl: `${url}/` },
  });
  app.command("/x", async ({ ack, command }) => ack(command.text));
  await app.start();
  await context.eventually(
    () => answers.slice(0, 1),
    [{ envelope_id: "1", payload: { text: "é" } }],
    `bolt ${JSON.stringify(answers)}`,
  );
  await app.stop();
}

async function checkDevtools(context) {
  globalThis.WebSocket ??= context.require("ws").WebSocket;
  globalThis.window = globalThis;
  globalThis.self = globalThis;
  const seen = [];
  const { port, clients } = await imitate(context, ({ webSocket }) =>
    webSocket.on("message", (d) => seen.push(JSON.parse(d).event)),
  );
  const { initialize, connectToDevTools } = context.require("react-devtools-core");
  initialize?.();
  connectToDevTools({ host: "127.0.0.1", port, retryConnectionDelay: 50 });
  await context.eventually(() => seen.length > 0, true, "react devtools");
  const n = seen.length;
  for (const c of clients) c.close();
  await context.eventually(() => seen.length > n, true, "react devtools again");
}

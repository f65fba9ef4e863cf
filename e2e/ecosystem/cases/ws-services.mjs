import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "clients of Slack, Supabase, SignalR, Ably and Google Gen AI, on ws";
export const packages = {
  "@slack/socket-mode": "2.0.5",
  "@supabase/realtime-js": "2.84.0",
  "@microsoft/signalr": "8.0.17",
  ably: "2.14.0",
  "@google/genai": "1.30.0",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [checkSlack, checkSupabase, checkSignalR, checkAbly, checkGoogle];
  for (const check of checks) await check(context);
}

/** A service that is not the real one: says what `onConnection` says, and where its socket is by HTTP. */
async function imitate(context, onConnection) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer((req, res) => {
    res.setHeader("content-type", "application/json");
    res.end(JSON.stringify({ ok: true, url: `ws://${req.headers.host}/` }));
  });
  const wss = new WebSocketServer({ server: httpServer });
  wss.on("connection", (webSocket) => {
    const send = (message) => webSocket.send(JSON.stringify(message));
    const receive = (listener) => webSocket.on("message", (data) => listener(JSON.parse(data)));
    onConnection({ send, receive, webSocket });
  });
  const url = await listen(context, httpServer);
  return { clients: wss.clients, url, wsUrl: url.replace("http", "ws") };
}

async function checkSlack(context) {
  const { SocketModeClient } = context.require("@slack/socket-mode");
  const acknowledged = [];
  const { clients, url } = await imitate(context, ({ send, receive, webSocket }) => {
    receive((message) => acknowledged.push(message));
    webSocket.on("pong", (data) => acknowledged.push(`pong ${data}`));
    send({ type: "hello", num_connections: 1 });
    webSocket.ping("1");
    send({ type: "events_api", envelope_id: "1", payload: { event: { type: "message", text: "é" } } });
  });
  const clientOptions = { slackApiUrl: `${url}/` };
  const client = new SocketModeClient({
    appToken: "xapp-1",
    clientOptions,
    clientPingTimeout: 3000,
    logLevel: "error",
  });
  const events = [];
  client.on("connected", () => events.push("connected"));
  client.on("message", async ({ ack, event }) => {
    events.push(event.text);
    await ack({ a: 1 });
  });
  await client.start();
  const answers = ["pong 1", { envelope_id: "1", payload: { a: 1 } }];
  await context.eventually(() => acknowledged, answers, "Slack: answers to a Ping and an event");
  for (const webSocket of clients) webSocket.terminate();
  await context.eventually(() => events, ["connected", "é", "connected", "é"], "Slack: connects again");
  await client.disconnect();
}

async function checkSupabase(context) {
  const { RealtimeClient } = context.require("@supabase/realtime-js");
  const { WebSocket } = context.require("ws");
  const { clients, wsUrl } = await imitate(context, ({ send, receive }) => {
    receive(({ join_ref, ref, topic, event }) => {
      const response = { postgres_changes: [] };
      send({ join_ref, ref, topic, event: "phx_reply", payload: { status: "ok", response } });
      if (event !== "phx_join") return;
      const payload = { type: "broadcast", event: "news", payload: { n: 1 } };
      send({ join_ref, ref: null, topic, event: "broadcast", payload });
    });
  });
  const params = { apikey: "key" };
  const client = new RealtimeClient(`${wsUrl}/realtime`, { params, transport: WebSocket, heartbeatIntervalMs: 1000 });
  const seen = [];
  const channel = client.channel("room");
  channel
    .on("broadcast", { event: "news" }, ({ payload }) => seen.push(payload))
    .subscribe((state) => seen.push(state));
  await context.eventually(() => seen, ["SUBSCRIBED", { n: 1 }], "Supabase: a broadcast");
  for (const webSocket of clients) webSocket.terminate();
  const again = ["CHANNEL_ERROR", "SUBSCRIBED", { n: 1 }];
  await context.eventually(() => seen.slice(2), again, "Supabase: joins again");
  await client.removeAllChannels();
  await client.disconnect();
}

async function checkSignalR(context) {
  const { HttpTransportType, HubConnectionBuilder, LogLevel } = context.require("@microsoft/signalr");
  const { clients, url } = await imitate(context, ({ webSocket }) => {
    const send = (message) => webSocket.send(`${JSON.stringify(message)}\x1e`);
    webSocket.on("message", (data) => {
      const { protocol, type, invocationId, arguments: args } = JSON.parse(String(data).slice(0, -1));
      if (protocol !== undefined) send({});
      if (type !== 1) return;
      send({ type: 1, target: "event", arguments: ["é"] });
      send({ type: 3, invocationId, result: args[0] + 1 });
    });
  });
  const options = { skipNegotiation: true, transport: HttpTransportType.WebSockets, accessTokenFactory: () => "token" };
  const connection = new HubConnectionBuilder()
    .withUrl(`${url}/hub`, options)
    .withAutomaticReconnect([0, 50])
    .configureLogging(LogLevel.None)
    .build();
  const events = [];
  connection.on("event", (text) => events.push(text));
  connection.onreconnected(() => events.push("again"));
  await connection.start();
  context.equal(await connection.invoke("increment", 4), 5, "SignalR: a call");
  for (const webSocket of clients) webSocket.close(1011, "reason");
  await context.eventually(() => events, ["é", "again"], "SignalR: connects again");
  context.equal(await connection.invoke("increment", 5), 6, "SignalR: a call after that");
  await connection.stop();
}

async function checkAbly(context) {
  const { Realtime } = context.require("ably");
  const { url } = await imitate(context, ({ send, receive }) => {
    const connectionDetails = { connectionKey: "key", maxIdleInterval: 15_000, connectionStateTtl: 120_000 };
    send({ action: 4, connectionId: "id", connectionDetails });
    receive(({ action, channel, msgSerial, messages }) => {
      if (action === 7) send({ action: 8 });
      if (action === 10) send({ action: 11, channel, flags: 0 });
      if (action !== 15) return;
      send({ action: 1, msgSerial, count: 1 });
      send({ action: 15, channel, id: "1", messages });
    });
  });
  const { hostname: realtimeHost, port } = new URL(url);
  const options = { realtimeHost, restHost: realtimeHost, port: Number(port), tls: false, useBinaryProtocol: false };
  const client = new Realtime({ ...options, key: "a.b:c", transports: ["web_socket"], logLevel: 0 });
  await client.connection.once("connected");
  const channel = client.channels.get("channel");
  const received = [];
  await channel.subscribe("event", ({ data }) => received.push(data));
  await channel.publish("event", "é");
  await context.eventually(() => received, ["é"], "Ably: what was published");
  client.close();
  await client.connection.once("closed");
}

async function checkGoogle(context) {
  const { GoogleGenAI, Modality } = context.require("@google/genai");
  const { url } = await imitate(context, ({ receive, webSocket }) => {
    receive(({ setup }) => {
      const answer = setup === undefined ? { serverContent: { turnComplete: true } } : { setupComplete: {} };
      webSocket.send(Buffer.from(JSON.stringify(answer)));
    });
  });
  const client = new GoogleGenAI({ apiKey: "key", httpOptions: { baseUrl: url } });
  const seen = [];
  const callbacks = {
    onopen: () => seen.push("open"),
    onmessage: (message) => seen.push(Object.keys(message)[0]),
    onclose: ({ code }) => seen.push(code),
  };
  const session = await client.live.connect({
    model: "model",
    config: { responseModalities: [Modality.TEXT] },
    callbacks,
  });
  session.sendClientContent({ turns: "hi" });
  await context.eventually(() => seen, ["open", "setupComplete", "serverContent"], "Google Gen AI: a turn");
  session.close();
  await context.eventually(() => seen[3], 1005, "Google Gen AI: the end");
}

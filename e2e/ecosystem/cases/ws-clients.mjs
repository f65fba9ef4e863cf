import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "clients that reconnect, STOMP and Phoenix, on ws";
export const packages = {
  "reconnecting-websocket": "4.4.0",
  partysocket: "1.1.6",
  "@stomp/stompjs": "7.5.0",
  phoenix: "1.8.16",
  "isomorphic-ws": "5.0.0",
};
export const replace = ["ws"];

export async function run(context) {
  const { WebSocket } = context.require("ws");
  context.equal(context.require("isomorphic-ws") === WebSocket, true, "isomorphic-ws is ws");
  await checkReconnecting(context, context.require("reconnecting-websocket"));
  await checkReconnecting(context, (await context.load("partysocket")).WebSocket);
  await checkStomp(context);
  await checkPhoenix(context);
}

async function serve(context, onMessage) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer });
  wss.on("connection", (webSocket) => webSocket.on("message", (data, binary) => onMessage(webSocket, data, binary)));
  return { clients: wss.clients, url: (await listen(context, httpServer)).replace("http", "ws") };
}

async function checkReconnecting(context, Reconnecting) {
  const { WebSocket } = context.require("ws");
  const { clients, url } = await serve(context, (webSocket, data, binary) => webSocket.send(data, { binary }));
  const options = { WebSocket, minReconnectionDelay: 20, maxReconnectionDelay: 40 };
  const socket = new Reconnecting(url, ["protocol"], options);
  socket.binaryType = "arraybuffer";
  const events = [];
  socket.addEventListener("open", () => events.push(["open", socket.protocol]));
  socket.addEventListener("message", ({ data }) => events.push(data.byteLength ?? data));
  socket.addEventListener("close", ({ code, reason }) => events.push(["close", code, reason]));
  socket.send("early");
  const expected = [["open", "protocol"], "early"];
  await context.eventually(() => events, expected, "what was sent before the connection");
  socket.send(new Uint8Array(3));
  await context.eventually(() => events.at(-1), 3, "an ArrayBuffer");
  for (const webSocket of clients) webSocket.close(4000, "again");
  await context.eventually(
    () => events.slice(3),
    [
      ["close", 4000, "again"],
      ["open", "protocol"],
    ],
    "reconnects",
  );
  socket.close(4001, "bye");
  await context.eventually(() => events.slice(5), [["close", 4001, "bye"]], "the end");
}

async function checkStomp(context) {
  const { WebSocket } = context.require("ws");
  const { Client } = await context.load("@stomp/stompjs");
  // Does not keep its promise of a heartbeat.
  const { url } = await serve(context, (webSocket, data) => {
    const [command] = String(data).split("\n", 1);
    const body = String(data).split("\n\n")[1];
    const message = `MESSAGE\nsubscription:sub-0\nmessage-id:1\ndestination:/topic\n\n${body}`;
    if (command === "CONNECT") webSocket.send("CONNECTED\nversion:1.2\nheart-beat:100,100\n\n\0");
    if (command === "SEND") webSocket.send(Buffer.from(message), { binary: true });
  });
  const client = new Client({
    webSocketFactory: () => new WebSocket(url, ["v12.stomp"]),
    reconnectDelay: 50,
    heartbeatIncoming: 100,
    heartbeatOutgoing: 100,
    discardWebsocketOnCommFailure: true,
  });
  const bodies = [];
  client.onConnect = () => {
    client.subscribe("/topic", ({ body }) => bodies.push(body));
    client.publish({ destination: "/topic", body: "é", skipContentLengthHeader: true });
  };
  client.activate();
  await context.eventually(() => bodies.slice(0, 2), ["é", "é"], "STOMP: connects again without heartbeats");
  await client.deactivate({ force: true });
}

async function checkPhoenix(context) {
  const { WebSocket } = context.require("ws");
  const { Socket } = await context.load("phoenix");
  const { clients, url } = await serve(context, (webSocket, data) => {
    const [join, ref, topic, event] = JSON.parse(data);
    webSocket.send(JSON.stringify([join, ref, topic, "phx_reply", { status: "ok", response: { event } }]));
  });
  const socket = new Socket(url, { transport: WebSocket, heartbeatIntervalMs: 1000, reconnectAfterMs: () => 30 });
  socket.connect();
  const channel = socket.channel("room:1");
  const replies = [];
  channel.join().receive("ok", ({ event }) => replies.push(event));
  await context.eventually(() => replies, ["phx_join"], "Phoenix: joins");
  for (const webSocket of clients) webSocket.terminate();
  await context.eventually(() => replies, ["phx_join", "phx_join"], "Phoenix: joins again");
  channel.push("event", {}).receive("ok", ({ event }) => replies.push(event));
  await context.eventually(() => replies.at(-1), "event", "Phoenix: an event");
  await new Promise((resolve) => socket.disconnect(resolve));
}

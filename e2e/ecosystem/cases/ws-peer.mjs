import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "PeerServer with Express on ws";
export const packages = { peer: "1.0.2", express: "4.21.2" };
export const replace = ["ws"];

export async function run(context) {
  const { WebSocket } = context.require("ws");
  const { ExpressPeerServer } = context.require("peer");
  const app = context.require("express")();
  const httpServer = createServer(app);
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const peerServer = ExpressPeerServer(httpServer, { path: "/app", key: "key", concurrent_limit: 2 });
  app.use("/peers", peerServer);
  const log = [];
  peerServer.on("connection", (client) => log.push(`${client.getId()} comes`));
  peerServer.on("disconnect", (client) => log.push(`${client.getId()} leaves`));

  const open = (id, key = "key") => {
    const webSocket = new WebSocket(`${url}/peers/app/peerjs?key=${key}&id=${id}&token=${id}`);
    const received = [];
    webSocket.on("message", (data) => received.push(JSON.parse(data)));
    webSocket.on("close", (code) => received.push(code));
    return { webSocket, received };
  };
  const welcome = { type: "OPEN" };
  const first = open("first");
  await context.eventually(() => first.received, [welcome], "a client");
  const second = open("second");
  await context.eventually(() => second.received, [welcome], "another one");
  const payload = { sdp: "é".repeat(30_000) };
  first.webSocket.send(JSON.stringify({ type: "OFFER", dst: "second", payload }));
  const offer = { type: "OFFER", src: "first", dst: "second", payload };
  await context.eventually(() => second.received, [welcome, offer], "an offer from one to the other");
  const third = open("third");
  const full = { type: "ERROR", payload: { msg: "Server has reached its concurrent user limit" } };
  await context.eventually(() => third.received, [full, 1005], "one more than allowed");
  const stranger = open("stranger", "wrong");
  const refused = { type: "ERROR", payload: { msg: "Invalid key provided" } };
  await context.eventually(() => stranger.received, [refused, 1005], "a wrong key");
  second.webSocket.close();
  await context.eventually(() => log, ["first comes", "second comes", "second leaves"], "who comes and leaves");
  first.webSocket.terminate();
}

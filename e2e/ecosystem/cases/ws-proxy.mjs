import { once } from "node:events";
import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "@fastify/http-proxy and http-proxy-middleware on ws";
export const packages = {
  "@fastify/http-proxy": "11.6.3",
  fastify: "5.12.8",
  "http-proxy-middleware": "3.0.5",
  express: "4.21.2",
};
export const replace = ["ws"];

export async function run(context) {
  const { WebSocketServer } = context.require("ws");
  const origin = createServer();
  const wss = new WebSocketServer({ server: origin });
  const closed = [];
  wss.on("connection", (webSocket, { url, headers }) => {
    webSocket.on("message", (data, binary) => webSocket.send(data, { binary }));
    webSocket.on("ping", (data) => webSocket.send(`ping ${data}`));
    webSocket.on("close", (code, reason) => closed.push([code, String(reason)]));
    webSocket.send(`${url} ${headers.cookie} ${webSocket.protocol}`);
  });
  const target = await listen(context, origin);

  const app = context.require("fastify")();
  const wsReconnect = { pingInterval: 5000, reconnectInterval: 100, maxReconnectionRetries: 3, reconnectOnClose: true };
  const options = { upstream: target, prefix: "/api", websocket: true, wsReconnect };
  app.register(context.require("@fastify/http-proxy"), options);
  context.onEnd(() => app.server.closeAllConnections());
  const client = await check(context, await app.listen({ port: 0, host: "127.0.0.1" }), "protocol");
  for (const webSocket of wss.clients) webSocket.terminate();
  await context.eventually(() => closed.at(-1)?.[0], 1006, "the origin is lost");
  await context.eventually(() => wss.clients.size, 1, "and found again, behind the proxy");
  client.close(4001, "done");
  await context.eventually(() => closed.at(-1), [4001, "done"], "the close code");

  const { createProxyMiddleware } = context.require("http-proxy-middleware");
  const express = context.require("express")();
  const middleware = createProxyMiddleware({ target, ws: true, pathRewrite: { "^/api": "" } });
  express.use("/api", middleware);
  const proxy = createServer(express).on("upgrade", middleware.upgrade);
  const other = await check(context, await listen(context, proxy), "protocol");
  other.close(4002, "done");
  await context.eventually(() => closed.at(-1), [4002, "done"], "the close code, http-proxy-middleware");
}

async function check(context, url, protocol) {
  const { WebSocket } = context.require("ws");
  const headers = { cookie: "a=b" };
  const client = new WebSocket(`${url.replace("http", "ws")}/api/path?q=1`, protocol, { headers });
  const received = [];
  client.on("message", (data, binary) => received.push([binary, binary ? data.length : String(data)]));
  await once(client, "open");
  context.equal(client.protocol, protocol, "the subprotocol");
  const expected = [[false, "/path?q=1 a=b protocol"]];
  await context.eventually(() => received, expected, "what the origin sees");
  client.send(Buffer.alloc(200_000));
  client.send("text");
  await context.eventually(
    () => received.slice(1),
    [
      [true, 200_000],
      [false, "text"],
    ],
    "messages through the proxy",
  );
  return client;
}

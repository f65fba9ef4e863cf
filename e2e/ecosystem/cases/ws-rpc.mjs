import { once } from "node:events";

export const name = "rpc-websockets and jayson on ws";
export const packages = { "rpc-websockets": "10.0.1", jayson: "5.0.0" };
export const replace = ["ws"];

export async function run(context) {
  await checkRpcWebsockets(context);
  await checkJayson(context);
}

async function checkRpcWebsockets(context) {
  const { Client, Server } = context.require("rpc-websockets");
  const server = new Server({ port: 0, host: "127.0.0.1" });
  await once(server, "listening");
  server.setAuth(({ key }) => key === 1);
  server.register("sum", ([a, b]) => a + b);
  server.register("fail", () => {
    throw new Error("no");
  });
  server.register("secret", () => "told").protected();
  server.event("feed");
  const client = new Client(`ws://127.0.0.1:${server.wss.address().port}/`, { reconnect: false });
  await once(client, "open");
  context.equal(await client.call("sum", [1, 2]), 3, "a call");
  const refused = { code: -32_605, message: "Method forbidden" };
  context.equal({ ...(await client.call("secret").catch((error) => error)) }, refused, "a call before the login");
  context.equal(
    [await client.login({ key: 1 }), await client.call("secret")],
    [true, "told"],
    "a call after the login",
  );
  context.equal((await client.call("fail").catch((error) => error)).data, "no", "a call that fails");
  const heard = [];
  await client.subscribe("feed");
  client.on("feed", (...args) => heard.push(args));
  server.emit("feed", 1, { two: 2 });
  await context.eventually(() => heard, [[1, { two: 2 }]], "an event");
  const closed = once(client, "close");
  for (const webSocket of server.wss.clients) webSocket.terminate();
  await closed;
  await server.close();
}

async function checkJayson(context) {
  const jayson = context.require("jayson/promise");
  const { WebSocket } = context.require("ws");
  const server = new jayson.Server({ add: async ([a, b]) => a + b });
  const wss = server.websocket({ port: 0, host: "127.0.0.1" });
  await once(wss, "listening");
  const webSocket = new WebSocket(`ws://127.0.0.1:${wss.address().port}`);
  await once(webSocket, "open");
  const client = jayson.Client.websocket({ ws: webSocket, timeout: 2000 });
  context.equal(await client.request("add", [1, 5], 7), { jsonrpc: "2.0", id: 7, result: 6 }, "jayson: a call");
  context.equal((await client.request("none", [], 8)).error.code, -32_601, "jayson: a method that is not there");
  webSocket.close();
  wss.close();
}

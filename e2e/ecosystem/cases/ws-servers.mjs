import { once } from "node:events";
import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "ShareDB, it-ws, Gremlin and rhea on ws";
export const packages = {
  sharedb: "5.2.2",
  "@teamwork/websocket-json-stream": "2.0.0",
  "it-ws": "6.1.5",
  gremlin: "3.8.0",
  rhea: "3.0.4",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  for (const check of [checkShareDB, checkIterators, checkGremlin, checkRhea]) await check(context);
}

async function serve(context, onConnection, options = {}) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer, ...options });
  wss.on("connection", onConnection);
  return { clients: wss.clients, url: (await listen(context, httpServer)).replace("http", "ws") };
}

async function checkShareDB(context) {
  const { WebSocket } = context.require("ws");
  const ShareDB = context.require("sharedb");
  const { Connection } = context.require("sharedb/lib/client");
  const JsonStream = context.require("@teamwork/websocket-json-stream");
  const backend = new ShareDB();
  const { clients, url } = await serve(context, (webSocket) => backend.listen(new JsonStream(webSocket)));
  const connections = [new Connection(new WebSocket(url)), new Connection(new WebSocket(url))];
  const [first, second] = connections.map((connection) => connection.get("collection", "1"));
  await new Promise((resolve) => first.create({ n: 0 }, resolve));
  await new Promise((resolve) => second.subscribe(resolve));
  for (let n = 0; n < 30; n++) first.submitOp({ p: ["n"], na: 1 });
  await context.eventually(() => second.data, { n: 30 }, "ShareDB: operations of another client");
  for (const webSocket of clients) webSocket.close(4000, "reason");
  const states = () => connections.map(({ state }) => state);
  await context.eventually(states, ["disconnected", "disconnected"], "ShareDB: the end");
}

async function checkIterators(context) {
  const { createServer: create } = await context.load("it-ws/server");
  const { connect } = await context.load("it-ws/client");
  const server = create({ onConnection: (duplex) => duplex.sink(duplex.source) });
  await server.listen(0);
  // Its own end of the sink may overtake what is still on its way back.
  const options = { binary: true, closeOnEnd: false };
  const duplex = connect(`ws://127.0.0.1:${server.address().port}`, options);
  void duplex.sink([Buffer.from("a"), Buffer.alloc(100_000)]);
  const lengths = [];
  for await (const { length } of duplex.source) {
    if (lengths.push(length) === 2) break;
  }
  context.equal(lengths, [1, 100_000], "it-ws: what comes back");
  await duplex.close();
  await server.close();
}

async function checkGremlin(context) {
  const { Client } = context.require("gremlin").driver;
  const { clients, url } = await serve(context, (webSocket) => {
    webSocket.on("message", (data) => {
      const { requestId } = JSON.parse(data.subarray(1 + data[0]));
      const status = { code: 200, message: "", attributes: {} };
      webSocket.send(JSON.stringify({ requestId: requestId["@value"], status, result: { data: [1, 2], meta: {} } }));
    });
  });
  const mimeType = "application/vnd.gremlin-v3.0+json";
  const client = new Client(url, { traversalSource: "g", pingEnabled: true, pingInterval: 100, mimeType });
  await client.open();
  context.equal((await client.submit("g.V()")).toArray(), [1, 2], "Gremlin: a query");
  await client.close();
  await context.eventually(() => clients.size, 0, "Gremlin: the end");
}

async function checkRhea(context) {
  const { WebSocket } = context.require("ws");
  const rhea = context.require("rhea");
  const server = rhea.create_container();
  const received = [];
  server.on("message", ({ message }) => received.push([message.subject, message.body]));
  const handleProtocols = () => "binary";
  const { url } = await serve(context, (webSocket) => server.websocket_accept(webSocket), { handleProtocols });
  const client = rhea.create_container();
  const connection_details = client.websocket_connect(WebSocket)(url, ["binary"], {});
  const connection = client.connect({ connection_details, reconnect: false });
  const sender = connection.open_sender("queue");
  await once(client, "sendable");
  const messages = [
    ["long", "x".repeat(100_000)],
    ["short", "é"],
  ];
  for (const [subject, body] of messages) sender.send({ subject, body });
  await context.eventually(() => received, messages, "rhea: messages of AMQP");
  const closed = once(client, "connection_close");
  connection.close();
  await closed;
}

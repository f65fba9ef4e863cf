import { createCipheriv } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import net from "node:net";
import { untilListening } from "../support/imitate.mjs";
import { listen } from "../support/serve.mjs";
import { freePort } from "../support/services.mjs";

export const name = "guacamole-lite, libp2p, ws-wrapper and JSON-RPC of editors, on ws";
export const packages = {
  "guacamole-lite": "1.2.0",
  "@libp2p/websockets": "10.1.21",
  "@multiformats/multiaddr": "13.0.3",
  "ws-wrapper": "3.0.3",
  "vscode-ws-jsonrpc": "3.5.0",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [checkGuacamole, checkWsWrapper, checkVscode, checkLibp2p];
  for (const check of checks) await check(context);
}

async function checkGuacamole(context) {
  const GuacamoleLite = context.require("guacamole-lite");
  const { WebSocket } = context.require("ws");
  const heard = [];
  const guacd = net.createServer((socket) => {
    socket.on("data", (data) => {
      heard.push(String(data));
      if (String(data).startsWith("6.select")) socket.write("4.args,13.VERSION_1_1_0,8.hostname,4.port;");
      if (String(data).includes("7.connect")) socket.write("5.ready,3.$id;4.sync,2.12;");
    });
    socket.on("error", () => {});
  });
  guacd.listen(0, "127.0.0.1");
  await once(guacd, "listening");
  const key = "MySuperSecretKeyForParamsToken12";
  const port = await freePort();
  const server = new GuacamoleLite(
    { port, host: "127.0.0.1" },
    { port: guacd.address().port },
    { crypt: { cypher: "AES-256-CBC", key }, log: { level: "QUIET" } },
  );
  const iv = Buffer.alloc(16, 3);
  const cipher = createCipheriv("AES-256-CBC", key, iv);
  const value =
    cipher.update(
      JSON.stringify({ connection: { type: "rdp", settings: { hostname: "10.0.0.1" } } }),
      "utf8",
      "base64",
    ) + cipher.final("base64");
  const token = Buffer.from(JSON.stringify({ iv: iv.toString("base64"), value })).toString("base64");
  await untilListening(context, port);
  const webSocket = new WebSocket(`ws://127.0.0.1:${port}/?token=${encodeURIComponent(token)}&width=800`, "guacamole");
  const got = [];
  webSocket.on("message", (data) => got.push(String(data)));
  webSocket.on("close", (code) => got.push(code));
  await context.eventually(() => got.join(""), "0.,3.$id;4.sync,2.12;", "guacamole: instructions");
  context.equal(webSocket.protocol, "guacamole", "protocol");
  webSocket.send("4.sync,2.12;");
  await context.eventually(() => heard.at(-1), "4.sync,2.12;", "back");
  webSocket.close();
  guacd.close();
  server.close();
}

async function checkWsWrapper(context) {
  const wrapper = await context.load("ws-wrapper");
  const Wrapper = wrapper.WebSocketWrapper ?? wrapper.default.WebSocketWrapper ?? wrapper.default;
  const { WebSocket, WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer });
  const seen = [];
  wss.on("connection", (webSocket) => {
    const socket = new Wrapper(webSocket);
    socket.on("add", (a, b) => a + b);
    socket.of("room").on("say", (text) => {
      seen.push(text);
      socket.of("room").emit("heard", text);
    });
    socket.on("disconnect", () => seen.push("gone"));
  });
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const socket = new Wrapper(new WebSocket(url), { requestTimeout: 2000 });
  const heard = [];
  socket.of("room").on("heard", (text) => heard.push(text));
  socket.of("room").emit("say", "é");
  context.equal(await socket.request("add", 1, 2), 3, "ws-wrapper: a request");
  await context.eventually(() => heard, ["é"], "heard");
  socket.disconnect();
  await context.eventually(() => seen, ["é", "gone"], "gone");
}

async function checkVscode(context) {
  const rpc = await context.load("vscode-ws-jsonrpc");
  const { WebSocket, WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  httpServer.on("upgrade", (req, socket, head) =>
    wss.handleUpgrade(req, socket, head, (webSocket) => {
      const wrap = {
        send: (content) => webSocket.send(content),
        onMessage: (cb) => webSocket.on("message", (d) => cb(String(d))),
        onError: (cb) => webSocket.on("error", cb),
        onClose: (cb) => webSocket.on("close", cb),
        dispose: () => webSocket.close(),
      };
      const reader = new rpc.WebSocketMessageReader(wrap),
        writer = new rpc.WebSocketMessageWriter(wrap);
      reader.listen((message) => void writer.write({ jsonrpc: "2.0", id: message.id, result: message.params[0] + 1 }));
    }),
  );
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const webSocket = new WebSocket(url);
  await once(webSocket, "open");
  const socket = rpc.toSocket(webSocket);
  const connection = rpc.createWebSocketConnection(socket, rpc.ConsoleLogger ? new rpc.ConsoleLogger() : undefined);
  connection.listen();
  context.equal(await connection.sendRequest("add", 1), 2, "vscode-ws-jsonrpc");
  connection.dispose();
  webSocket.close();
}

async function checkLibp2p(context) {
  const { webSockets } = await context.load("@libp2p/websockets");
  const { multiaddr } = await context.load("@multiformats/multiaddr");
  const logger = {
    forComponent: () => Object.assign(() => {}, { error() {}, trace() {}, newScope: () => logger.forComponent() }),
  };
  const transport = webSockets()({ logger, events: new EventTarget() });
  const conns = [];
  const upgrader = {
    async upgradeInbound(maConn) {
      conns.push(maConn);
    },
    async upgradeOutbound(maConn) {
      return maConn;
    },
    createInboundAbortSignal: (signal) => signal ?? new AbortController().signal,
    getConnectionEncrypters: () => new Map(),
    getStreamMuxers: () => new Map(),
  };
  if (typeof globalThis.WebSocket === "undefined") globalThis.WebSocket = context.require("ws").WebSocket;
  const listener = transport.createListener({ upgrader });
  await listener.listen(multiaddr("/ip4/127.0.0.1/tcp/0/ws"));
  const [address] = listener.getAddrs();
  const conn = await transport.dial(address, { upgrader, signal: AbortSignal.timeout(5000) });
  await context.eventually(() => conns.length, 1, "libp2p: a connection");
  const got = [];
  conns[0].addEventListener("message", ({ data }) => {
    got.push(data.byteLength);
    conns[0].send(data);
  });
  const back = [];
  conn.addEventListener("message", ({ data }) => back.push(data.byteLength));
  conn.send(new Uint8Array(10));
  conn.send(new Uint8Array(500_000));
  await context.eventually(() => back.reduce((a, b) => a + b, 0), 500_010, "libp2p: echo");
  context.equal(
    got.reduce((a, b) => a + b, 0),
    500_010,
    "got",
  );
  await conn.close();
  await context.eventually(() => conns[0].status, "closed", "closed");
  await listener.close();
}

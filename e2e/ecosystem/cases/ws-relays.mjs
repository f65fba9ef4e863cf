import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { untilListening } from "../support/imitate.mjs";
import { listen } from "../support/serve.mjs";
import { freePort } from "../support/services.mjs";

export const name = "a tracker of BitTorrent, RSocket, SocketCluster and y-webrtc, on ws";
export const packages = {
  "bittorrent-tracker": "11.2.3",
  "rsocket-core": "0.0.27",
  "rsocket-flowable": "0.0.27",
  "rsocket-websocket-server": "0.0.27",
  "rsocket-websocket-client": "0.0.27",
  "socketcluster-server": "20.0.1",
  "socketcluster-client": "20.0.2",
  "y-webrtc": "10.3.0",
  yjs: "13.6.27",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [checkTracker, checkRsocket, checkSocketCluster, checkYWebrtc];
  for (const check of checks) await check(context);
}

async function checkTracker(context) {
  const { default: Server } = await context.load("bittorrent-tracker/server");
  const { WebSocket } = context.require("ws");
  const server = new Server({ udp: false, http: false, ws: true, stats: false });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `ws://127.0.0.1:${server.ws.address().port}`;
  const info_hash = "h".repeat(20);
  const join = async (letter) => {
    const webSocket = new WebSocket(url);
    const heard = [];
    webSocket.on("message", (data) => heard.push(JSON.parse(data)));
    webSocket.on("close", (code) => heard.push({ code }));
    await once(webSocket, "open");
    return {
      webSocket,
      heard,
      peer_id: letter.repeat(20),
      send: (m) => webSocket.send(JSON.stringify({ info_hash, peer_id: letter.repeat(20), ...m })),
    };
  };
  const [a, b] = [await join("a"), await join("b")];
  a.send({ action: "announce", event: "started", numwant: 0, left: 5 });
  await context.eventually(() => a.heard[0]?.incomplete, 1, "tracker: announced");
  const offers = [{ offer_id: "o".repeat(20), offer: { type: "offer", sdp: "é" } }];
  b.send({ action: "announce", event: "started", numwant: 1, left: 0, offers });
  await context.eventually(() => a.heard[1]?.offer, offers[0].offer, "tracker: an offer");
  a.send({
    action: "announce",
    to_peer_id: a.heard[1].peer_id,
    offer_id: a.heard[1].offer_id,
    answer: { type: "answer", sdp: "x" },
  });
  await context.eventually(() => b.heard[1]?.answer, { type: "answer", sdp: "x" }, "tracker: an answer");
  b.send({ action: "scrape" });
  await context.eventually(() => Object.values(b.heard[2]?.files ?? {})[0]?.complete, 1, "tracker: scrape");
  b.webSocket.send("no JSON");
  await context.eventually(() => b.heard[3]?.["failure reason"] !== undefined, true, "tracker: fails");
  b.webSocket.terminate();
  await context.eventually(() => Object.values(server.torrents)[0].complete, 0, "tracker: one left");
  a.webSocket.close();
  await context.eventually(() => a.heard.at(-1), { code: 1005 }, "tracker: closed");
  await new Promise((resolve) => server.close(resolve));
}

async function checkRsocket(context) {
  const { RSocketServer, BufferEncoders } = context.require("rsocket-core");
  const { default: ServerTransport } = context.require("rsocket-websocket-server");
  const { Single, Flowable } = context.require("rsocket-flowable");
  const port = await freePort();
  const transport = new ServerTransport({ host: "127.0.0.1", port }, BufferEncoders);
  const server = new RSocketServer({
    transport,
    getRequestHandler: () => ({
      requestResponse: ({ data }) => Single.of({ data: Buffer.from(`${data}!`) }),
      requestStream: ({ data }) => Flowable.just(...[1, 2, 3].map((n) => ({ data: Buffer.from(`${data}${n}`) }))),
    }),
  });
  server.start();
  await untilListening(context, port);
  const socket = await connectRSocket(context, `ws://127.0.0.1:${port}`);
  const { data } = await new Promise((resolve, reject) =>
    socket
      .requestResponse({ data: Buffer.from("é") })
      .subscribe({ onComplete: resolve, onError: reject, onSubscribe() {} }),
  );
  context.equal(String(data), "é!", "rsocket: a response");
  const seen = [];
  await new Promise((resolve, reject) =>
    socket.requestStream({ data: Buffer.from("s") }).subscribe({
      onNext: (p) => seen.push(String(p.data)),
      onComplete: resolve,
      onError: reject,
      onSubscribe: (s) => s.request(10),
    }),
  );
  context.equal(seen, ["s1", "s2", "s3"], "rsocket: a stream");
  const status = [];
  socket.connectionStatus().subscribe({ onNext: ({ kind }) => status.push(kind), onSubscribe: (s) => s.request(10) });
  server.stop();
  await context.eventually(() => status.at(-1), "ERROR", "rsocket: the end");
}

function connectRSocket(context, url) {
  const { RSocketClient, BufferEncoders } = context.require("rsocket-core");
  const { default: ClientTransport } = context.require("rsocket-websocket-client");
  const { WebSocket } = context.require("ws");
  const client = new RSocketClient({
    setup: {
      keepAlive: 1000,
      lifetime: 5000,
      dataMimeType: "application/octet-stream",
      metadataMimeType: "application/octet-stream",
      payload: {},
    },
    transport: new ClientTransport({ url, wsCreator: (address) => new WebSocket(address) }, BufferEncoders),
  });
  return client.connect();
}

async function checkSocketCluster(context) {
  const socketClusterServer = context.require("socketcluster-server");
  const { create } = context.require("socketcluster-client");
  const httpServer = createServer();
  const server = socketClusterServer.attach(httpServer, { authKey: "key", pingInterval: 300, pingTimeout: 2000 });
  const seen = [];
  void hear(server, seen);
  const url = new URL(await listen(context, httpServer));
  const options = {
    hostname: "127.0.0.1",
    port: Number(url.port),
    autoReconnect: true,
    autoReconnectOptions: { initialDelay: 20, randomness: 1 },
  };
  const [client, other] = [create(options), create(options)];
  const news = [];
  const channel = other.subscribe("news");
  (async () => {
    for await (const data of channel) news.push(data);
  })();
  await channel.listener("subscribe").once();
  context.equal(await client.invoke("add", 1), 2, "sc: a call");
  client.transmit("log", "é");
  await client.invokePublish("news", { a: 1 });
  await context.eventually(() => news, [{ a: 1 }], "sc: published");
  context.equal(seen, ["é"], "sc: sent");
  await sleep(700);
  context.equal([client.state, other.state], ["open", "open"], "sc: pings");
  const again = client.listener("connect").once();
  for (const socket of Object.values(server.clients)) if (socket.id === client.id) socket.socket.terminate();
  await again;
  context.equal(await client.invoke("add", 5), 6, "sc: again");
  client.disconnect(4100, "done");
  other.disconnect();
  await context.eventually(
    () => seen.slice(1).map(String).sort(),
    ["1000,", "1006,Socket hung up", "4100,done"],
    "sc: ends",
  );
  await server.close();
}

/** What the server of SocketCluster answers and writes down. */
async function hear(server, seen) {
  for await (const { socket } of server.listener("connection")) {
    void (async () => {
      for await (const request of socket.procedure("add")) request.end(request.data + 1);
    })();
    void (async () => {
      for await (const data of socket.receiver("log")) seen.push(data);
    })();
    void (async () => {
      for await (const { code, reason } of socket.listener("disconnect")) seen.push([code, reason]);
    })();
  }
}

async function checkYWebrtc(context) {
  const { WebSocket } = context.require("ws");
  const port = await freePort();
  const child = spawn(process.execPath, [`${context.folder}/node_modules/y-webrtc/bin/server.js`], {
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "pipe", "inherit"],
  });
  context.onEnd(() => child.kill());
  await once(child.stdout, "data");
  const join = async () => {
    const webSocket = new WebSocket(`ws://127.0.0.1:${port}`);
    const heard = [];
    webSocket.on("message", (data) => heard.push(JSON.parse(data)));
    await once(webSocket, "open");
    webSocket.send(JSON.stringify({ type: "subscribe", topics: ["room"] }));
    webSocket.send(JSON.stringify({ type: "ping" }));
    await context.eventually(() => heard, [{ type: "pong" }], "pong");
    return { webSocket, heard };
  };
  const [a, b] = [await join(), await join()];
  a.webSocket.send(JSON.stringify({ type: "publish", topic: "room", data: "é" }));
  await context.eventually(() => b.heard[1], { type: "publish", topic: "room", data: "é", clients: 2 }, "published");
  a.webSocket.terminate();
  const count = () => {
    b.webSocket.send(JSON.stringify({ type: "publish", topic: "room", data: 2 }));
    return b.heard.at(-1).clients;
  };
  await context.eventually(count, 1, "one left");
  b.webSocket.close();
}

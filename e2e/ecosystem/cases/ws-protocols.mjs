import { imitate } from "../support/imitate.mjs";

export const name = "clients of WAMP, Centrifugo and STOMP, rxjs and happy-dom, on ws";
export const packages = {
  "websocket-as-promised": "3.0.1",
  centrifuge: "5.7.4",
  wampy: "8.0.2",
  autobahn: "26.3.1",
  "webstomp-client": "1.2.6",
  rxjs: "7.8.2",
  "happy-dom": "21.0.4",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [checkPromised, checkCentrifuge, checkWampy, checkWebstomp, checkRxjs, checkHappyDom, checkAutobahn];
  for (const check of checks) await check(context);
}

async function checkPromised(context) {
  const WebSocketAsPromised = context.require("websocket-as-promised");
  const { WebSocket } = context.require("ws");
  const { wsUrl, clients } = await imitate(context, ({ send, receive }) =>
    receive(({ id, a }) => send({ id, b: a + 1 })),
  );
  const socket = new WebSocketAsPromised(wsUrl, {
    createWebSocket: (url) => new WebSocket(url),
    extractMessageData: (event) => event,
    packMessage: (data) => JSON.stringify(data),
    unpackMessage: (data) => JSON.parse(data),
    attachRequestId: (data, id) => ({ ...data, id }),
    extractRequestId: (data) => data?.id,
  });
  await socket.open();
  context.equal((await socket.sendRequest({ a: 1 })).b, 2, "websocket-as-promised: a request");
  const closed = new Promise((resolve) => socket.onClose.addOnceListener(resolve));
  for (const c of clients) c.close(4000, "reason");
  const event = await closed;
  context.equal(event, 4000, "closed");
  await socket.open();
  context.equal((await socket.sendRequest({ a: 2 })).b, 3, "again");
  await socket.close();
}

async function checkCentrifuge(context) {
  const { Centrifuge } = context.require("centrifuge");
  const { WebSocket } = context.require("ws");
  const { wsUrl, clients } = await imitate(context, ({ webSocket }) => {
    webSocket.on("message", (data) => {
      for (const line of String(data).trim().split("\n")) {
        const { id, connect, subscribe, rpc, publish } = JSON.parse(line);
        if (connect)
          webSocket.send(JSON.stringify({ id, connect: { client: "c", version: "1", ping: 25, pong: true } }));
        if (subscribe) webSocket.send(JSON.stringify({ id, subscribe: {} }));
        if (rpc) webSocket.send(JSON.stringify({ id, rpc: { data: rpc.data } }));
        if (publish) {
          webSocket.send(
            [{ push: { channel: "news", pub: { data: publish.data } } }, { id, publish: {} }]
              .map((m) => JSON.stringify(m))
              .join("\n"),
          );
        }
      }
    });
  });
  const client = new Centrifuge(wsUrl, { websocket: WebSocket, minReconnectDelay: 20, maxReconnectDelay: 50 });
  const seen = [];
  client.on("connected", ({ client: id }) => seen.push(id));
  const subscription = client.newSubscription("news");
  subscription.on("publication", ({ data }) => seen.push(data));
  subscription.subscribe();
  client.connect();
  await client.ready(5000);
  context.equal((await client.rpc("m", { a: 1 })).data, { a: 1 }, "centrifuge: a call");
  await subscription.ready(5000);
  await subscription.publish("é");
  await context.eventually(() => seen, ["c", "é"], "centrifuge: published");
  for (const c of clients) c.terminate();
  await context.eventually(() => seen, ["c", "é", "c"], "centrifuge: again");
  await client.ready(5000);
  for (const c of clients) c.close(3500, "no more");
  await context.eventually(() => client.state, "disconnected", "centrifuge: told not to come back");
}

async function checkWampy(context) {
  const wampy = await context.load("wampy");
  const { WebSocket } = context.require("ws");
  const { wsUrl } = await imitate(context, WAMP, { handleProtocols: (p) => [...p][0] });
  const client = new wampy.Wampy(wsUrl, { realm: "realm", ws: WebSocket, autoReconnect: false });
  await client.connect();
  const events = [];
  await client.subscribe("topic", ({ argsList }) => events.push(argsList));
  await client.publish("topic", ["é"]);
  const result = await client.call("add", [1]);
  context.equal(result.argsList, [2], "wampy: a call");
  await context.eventually(() => events, [["é"]], "wampy: an event");
  await client.disconnect();
}

async function checkWebstomp(context) {
  const webstomp = context.require("webstomp-client");
  const { WebSocket } = context.require("ws");
  const { wsUrl } = await imitate(context, ({ webSocket }) =>
    webSocket.on("message", (data) => {
      const [command] = String(data).split("\n", 1);
      if (command === "CONNECT") webSocket.send("CONNECTED\nversion:1.2\nheart-beat:0,0\n\n\0");
      if (command === "SEND")
        webSocket.send(`MESSAGE\nsubscription:s\nmessage-id:1\ndestination:/t\n\n${String(data).split("\n\n")[1]}`);
    }),
  );
  const client = webstomp.over(new WebSocket(wsUrl, ["v12.stomp"]), { debug: false, heartbeat: false });
  const bodies = [];
  await new Promise((resolve, reject) => client.connect({}, resolve, reject));
  client.subscribe("/t", ({ body }) => bodies.push(body), { id: "s" });
  client.send("/t", "é");
  await context.eventually(() => bodies, ["é"], "webstomp");
  client.disconnect();
}

async function checkRxjs(context) {
  const { webSocket } = context.require("rxjs/webSocket");
  const { WebSocket } = context.require("ws");
  const { retry } = context.require("rxjs");
  const { wsUrl, clients } = await imitate(context, ({ send, receive }) => receive((m) => send(m)), {
    handleProtocols: () => "p",
  });
  const seen = [];
  const subject = webSocket({
    url: wsUrl,
    protocol: ["p"],
    WebSocketCtor: WebSocket,
    binaryType: "arraybuffer",
    openObserver: { next: (e) => seen.push([e.type, e.target.protocol]) },
    closeObserver: { next: (e) => seen.push([e.code, e.wasClean]) },
    closingObserver: { next: () => seen.push("closing") },
  });
  subject.next({ a: 1 });
  const subscription = subject
    .pipe(retry({ count: 2, delay: 20 }))
    .subscribe({ next: (m) => seen.push(m), error: (e) => seen.push(e), complete: () => seen.push("complete") });
  await context.eventually(() => seen, [["open", "p"], { a: 1 }], "rxjs");
  for (const c of clients) c.terminate();
  await context.eventually(
    () => seen.slice(2),
    [
      [1006, false],
      ["open", "p"],
    ],
    "again",
  );
  const two = subject
    .multiplex(
      () => ({ sub: 1 }),
      () => ({ unsub: 1 }),
      (m) => m.sub || m.unsub,
    )
    .subscribe((m) => seen.push(["m", m]));
  await context.eventually(() => seen.slice(4), [{ sub: 1 }, ["m", { sub: 1 }]], "multiplex");
  two.unsubscribe();
  await context.eventually(() => seen.slice(6), [{ unsub: 1 }], "unsubscribed");
  subscription.unsubscribe();
  await context.eventually(() => seen.slice(7), [[1005, true]], `end ${JSON.stringify(seen)}`);
}

async function checkHappyDom(context) {
  const { Window } = await context.load("happy-dom");
  const { wsUrl } = await imitate(
    context,
    ({ webSocket, req }) => {
      webSocket.on("message", (data, binary) => webSocket.send(data, { binary }));
      webSocket.send(JSON.stringify([req.headers.origin ?? null, req.headers["user-agent"] ? 1 : 0]));
    },
    { handleProtocols: (p) => [...p].at(-1) },
  );
  const window = new Window({ url: "http://localhost/" });
  const socket = new window.WebSocket(wsUrl, ["a", "b"]);
  const seen = [];
  socket.binaryType = "arraybuffer";
  for (const type of ["open", "message", "close", "error"])
    socket.addEventListener(type, (e) => seen.push([type, e.data?.byteLength ?? e.data ?? e.code ?? socket.protocol]));
  await context.eventually(() => seen.length, 2, "open");
  socket.send("é");
  socket.send(new window.Uint8Array([1, 2, 3]));
  socket.send(new window.Blob(["abcd"]));
  await context.eventually(
    () => seen.slice(2),
    [
      ["message", "é"],
      ["message", 3],
      ["message", 4],
    ],
    "echo",
  );
  socket.close(4000, "bye");
  await context.eventually(() => seen.at(-1), ["close", 4000], "close");
  await window.happyDOM.close();
}

async function checkAutobahn(context) {
  globalThis.WebSocket ??= context.require("ws").WebSocket;
  const autobahn = context.require("autobahn");
  const { wsUrl } = await imitate(context, WAMP, {
    handleProtocols: (p) => [...p].find((x) => x.includes("json")) ?? [...p][0],
  });
  const connection = new autobahn.Connection({ url: wsUrl, realm: "realm", max_retries: 0 });
  const session = await new Promise((resolve, reject) => {
    connection.onopen = resolve;
    connection.onclose = (r) => reject(new Error(r));
    connection.open();
  });
  connection.onclose = () => true;
  const events = [];
  await session.subscribe("topic", (args) => events.push(args));
  session.publish("topic", ["é"]);
  context.equal(await session.call("add", [1]), 2, "autobahn: a call");
  await context.eventually(() => events, [["é"]], "autobahn: an event");
  connection.close();
}

const WAMP = ({ send, receive }) =>
  receive((message) => {
    const [type, a, b, , d] = message;
    if (type === 1) send([2, 1, { roles: { broker: {}, dealer: {} } }]);
    if (type === 32) send([33, a, 7]);
    if (type === 48) send([50, a, {}, [d[0] + 1]]);
    if (type === 16) {
      send([36, 7, 1, {}, d]);
      if (b.acknowledge) send([17, a, 1]);
    }
    if (type === 6) send([6, {}, "wamp.close.goodbye_and_out"]);
  });

// The client against a server that answers by a grammar, broken here and there: nothing is thrown into the event loop, the client
// hears of each end, and afterwards it lets go of everything.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { io } from "@halyard/client";
import { WebSocketServer } from "ws";

let random = null;
const sockets = new Set();
const http = createServer((request, response) => {
  request.resume();
  answer(request, response);
});
const wss = new WebSocketServer({ noServer: true });
http.on("connection", (socket) => {
  sockets.add(socket);
  socket.on("close", () => sockets.delete(socket));
});
http.on("upgrade", (request, socket, head) => {
  socket.on("error", () => {});
  if (random.oneIn(6))
    return socket.end(random.pick(["HTTP/1.1 200 OK\r\n\r\n", "garbage", "HTTP/1.1 101 X\r\n\r\n", ""]));
  return wss.handleUpgrade(request, socket, head, (ws) => {
    ws.on("error", () => {});
    for (const message of script(random)) ws.send(message, () => {});
    if (random.oneIn(3))
      random.pick([() => ws.close(), () => ws.terminate(), () => ws._socket?.write(random.bytes(9))])();
  });
});
http.listen(0, "127.0.0.1");
await once(http, "listening");
const url = `http://127.0.0.1:${http.address().port}`;

export async function run(source) {
  random = source;
  const transports = random.pick([["websocket"], ["polling"], ["polling", "websocket"]]);
  const client = io(url + random.pick(["", "/a"]), {
    transports,
    forceNew: true,
    reconnection: random.oneIn(4),
    reconnectionDelay: 1,
    timeout: 200,
  });
  client.on("echo", (...values) => typeof values.at(-1) === "function" && values.at(-1)("x"));
  client.onAny(() => {});
  client.emit("hello", Buffer.of(1), () => {});
  await Promise.race([
    new Promise((resolve) => client.once("connect_error", resolve)),
    new Promise((resolve) => client.once("disconnect", resolve)),
    new Promise((resolve) => setTimeout(resolve, 5)),
  ]);
  client.disconnect();
  assert.equal(client.connected, false);
  assert.equal(client.active, false);
  for (const socket of sockets) socket.destroy();
}

export function finish() {
  wss.close();
  http.close();
  http.closeAllConnections();
}

// ------------------------------------------------------------------------------------------------ the grammar

function answer(request, response) {
  if (random.oneIn(15)) return void request.socket.destroy();
  if (random.oneIn(12)) {
    response.writeHead(random.pick([204, 301, 302, 307, 400, 403, 413, 500, 503]), {
      location: random.pick(["/", "http://127.0.0.1:1/", "file:///etc/passwd", "//", "%"]),
      "set-cookie": random.pick(["a=b", "=", ";;;", "__proto__=x; path=/", `${"x".repeat(5_000)}=1`]),
    });
    return void response.end(random.pick(["", "{}", '{"code":1,"message":"x"}', "<html>"]));
  }
  if (request.method === "POST") return void response.end(random.pick(["ok", "ok", "ok", "", "no"]));
  const body = script(random)
    .map((message) => (typeof message === "string" ? message : `b${message.toString("base64")}`))
    .join(random.oneIn(12) ? "" : "\x1e");
  return void response.end(body);
}

function script(random) {
  const messages = random.oneIn(10) ? [] : [openPacket(random)];
  if (random.oneIn(2)) messages.push('40{"sid":"x"}', '40/a,{"sid":"y","pid":"z"}');
  for (let i = random.int(0, 6); i > 0; i--) messages.push(message(random));
  return messages;
}

function openPacket(random) {
  const odd = () => random.pick(["x", -1, 0, Infinity, null, {}, [], 2 ** 40, "", 1.5, true]);
  const fields = {
    sid: "abc",
    upgrades: ["websocket"],
    pingInterval: 25_000,
    pingTimeout: 20_000,
    maxPayload: 1_000_000,
  };
  if (random.oneIn(3)) fields[random.pick(Object.keys(fields))] = odd();
  if (random.oneIn(8)) fields.upgrades = random.pick([["__proto__"], [1], "websocket", ["webtransport"], [null]]);
  return random.oneIn(15) ? random.pick(["0", "0{", "0null", "0[]", '0"x"', "4", ""]) : `0${JSON.stringify(fields)}`;
}

function message(random) {
  if (random.oneIn(6)) return random.bytes(random.int(0, 30));
  if (random.oneIn(6)) return random.pick(["2", "3", "3probe", "2probe", "1", "5", "6", "0", "7", "x", ""]);
  const nsp = random.pick(["", "", "/a,", "/b,", "/a"]);
  const json = random.pick([
    '["echo",1]',
    '["echo"]',
    "[]",
    "{}",
    "",
    "[null]",
    '["connect"]',
    '["echo",{"_placeholder":true,"num":0}]',
    '[["a"]]',
    "[7]",
    "[".repeat(2_000),
    '{"message":"no"}',
    '{"sid":1}',
    '{"sid":"x"}',
  ]);
  const type = random.pick(["0", "1", "2", "2", "2", "3", "4", "51-", "61-", "52-", "5-", "50-", "59999-", "7", "x"]);
  return `4${type}${nsp}${random.pick(["", "", "0", "1", "99999999999999999999"])}${json}`;
}

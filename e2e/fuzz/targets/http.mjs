// HTTP and upgrade requests: one TCP connection to a real server brings some requests made by a grammar, broken here and there, cut at
// random places, and ends somehow. The server answers nothing but what it may, and serves a good client as before.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { Server } from "@halyard/server";
import { connectionsOf } from "../connections.mjs";

const PATIENCE_MS = 40;
const HEALTH_EVERY = 200;
const HEALTH_TRIALS = 5;
const http = createServer({ headersTimeout: 500, requestTimeout: 500, connectionsCheckingInterval: 100 });
const io = new Server(http, {
  allowEIO3: true,
  pingInterval: 400,
  pingTimeout: 400,
  upgradeTimeout: 400,
  connectTimeout: 400,
});
io.on("connection", (socket) => socket.on("echo", (value, reply) => typeof reply === "function" && reply(value)));
http.listen(0, "127.0.0.1");
await once(http, "listening");
const { port } = http.address();
let cases = 0;
let lastSid = "";

export async function run(random) {
  const requests = Array.from({ length: random.int(1, 4) }, () => request(random));
  const bytes = Buffer.concat(requests);
  const received = await exchange(random, random.oneIn(5) ? bytes.subarray(0, random.int(0, bytes.length)) : bytes);
  for (const [, status] of received.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) {
    assert.ok(
      Number(status) < 500 || status === "503",
      `status ${status} for ${JSON.stringify(bytes.toString("latin1"))}`,
    );
  }
  lastSid = /"sid":"([^"]+)"/.exec(received)?.[1] ?? lastSid;
  if (++cases % HEALTH_EVERY === 0) await checkHealth();
}

export async function finish() {
  await checkHealth();
  const deadline = Date.now() + 20_000;
  while (io.engine.clientsCount > 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(io.engine.clientsCount, 0, "sessions are left");
  while ((await connectionsOf(http)) > 0 && Date.now() < deadline)
    await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(await connectionsOf(http), 0, "connections are left");
  void io.close();
}

async function exchange(random, bytes) {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const chunks = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {});
  const closed = new Promise((resolve) => socket.once("close", resolve));
  await once(socket, "connect");
  for (const chunk of random.oneIn(3) ? random.chunks(bytes) : [bytes]) {
    if (socket.writable) socket.write(chunk);
    if (random.oneIn(40)) await new Promise(setImmediate);
  }
  const isEnded = random.oneIn(4);
  const isReset = !isEnded && random.oneIn(6);
  if (isEnded) socket.end();
  else if (isReset) socket.resetAndDestroy();
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, random.oneIn(10) ? PATIENCE_MS : 3))]);
  if (!isReset) socket.destroy(); // Node: before the shutdown of a reset is done, this would keep the socket for ever
  return Buffer.concat(chunks).toString("latin1");
}

/** A good client is served: on a busy machine not always before the timeouts of this server, but soon. */
async function checkHealth() {
  for (let trial = 1; ; trial++) {
    try {
      return await serveGoodClient();
    } catch (error) {
      if (trial === HEALTH_TRIALS) throw error;
    }
  }
}

async function serveGoodClient() {
  const base = `http://127.0.0.1:${port}/socket.io/?EIO=4&transport=polling`;
  const begin = process.cpuUsage();
  const open = await (await fetch(base)).text();
  const url = `${base}&sid=${JSON.parse(open.slice(1)).sid}`;
  await (await fetch(url, { method: "POST", body: '40\x1e420["echo","x"]' })).text();
  let answer = "";
  while (!answer.includes('430["x"]')) {
    const response = await fetch(url);
    answer += await response.text();
    assert.equal(response.status, 200, answer);
  }
  await (await fetch(url, { method: "POST", body: "1" })).text();
  const { user, system } = process.cpuUsage(begin);
  assert.ok(user + system < 1_000_000, "a good client took more than a second of a processor");
}

// ------------------------------------------------------------------------------------------------ the grammar

function request(random) {
  const method = random.pick(["GET", "GET", "GET", "POST", "POST", "OPTIONS", "PUT", "HEAD", "TRACE", "get"]);
  const headers = [];
  if (!random.oneIn(15)) headers.push("Host: a");
  if (random.oneIn(4)) headers.push(...upgradeHeaders(random));
  if (random.oneIn(5)) headers.push(`Origin: ${random.pick(["https://a", "null", "", "\xe9", "a b"])}`);
  if (random.oneIn(6))
    headers.push(`Accept-Encoding: ${random.pick(["gzip", "deflate;q=0", "*", ",,;", "br, gzip;q=x"])}`);
  if (random.oneIn(8))
    headers.push(`Content-Type: ${random.pick(["text/plain", "application/octet-stream", "", "x"])}`);
  if (random.oneIn(12))
    headers.push(
      random.pick(["Connection: close", "Expect: 100-continue", "X: \0", ": x", "X", "Cookie: io=__proto__"]),
    );
  const body = method === "POST" || random.oneIn(10) ? payload(random) : null;
  const tail = body === null ? "" : bodyOf(random, body, headers);
  const version = random.oneIn(20) ? random.pick(["1.0", "2.0", "0.9", "1.10"]) : "1.1";
  let text = `${method} ${target(random)} HTTP/${version}\r\n${headers.join("\r\n")}\r\n\r\n${tail}`;
  if (random.oneIn(12)) {
    const at = random.int(0, text.length);
    text = text.slice(0, at) + random.pick(["\r\n", "\n", "\0", " ", "\xff", "", "%"]) + text.slice(at + 1);
  }
  return Buffer.from(text, "latin1");
}

function target(random) {
  const path = random.oneIn(12)
    ? random.pick(["/", "/socket.io", "/socket.io/socket.io.js", "/socket.io/../", "*", "//socket.io/"])
    : "/socket.io/";
  const query = [];
  if (!random.oneIn(12)) query.push(`EIO=${random.pick(["4", "4", "4", "3", "5", "", "__proto__"])}`);
  if (!random.oneIn(12))
    query.push(`transport=${random.pick(["polling", "polling", "websocket", "webtransport", "", "constructor"])}`);
  if (random.oneIn(2))
    query.push(`sid=${random.oneIn(4) ? random.pick(["__proto__", "", "%00", "%E0%A4%A", "toString"]) : lastSid}`);
  if (random.oneIn(8))
    query.push(random.pick(["b64=1", "j=0", "j=alert(1)", "t=%", "a[b]=c", "sid", "&", "=", "__proto__=1"]));
  return `${path}?${query.join("&")}`;
}

function upgradeHeaders(random) {
  const headers = [
    "Upgrade: websocket",
    "Connection: Upgrade",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version: 13",
  ];
  if (random.oneIn(4))
    headers.push(`Sec-WebSocket-Extensions: ${random.pick(["permessage-deflate", 'x; y="', ",", "__proto__; a=1"])}`);
  if (random.oneIn(4)) headers.push(`Sec-WebSocket-Protocol: ${random.pick(["a", "a, a", "a b", "__proto__"])}`);
  if (random.oneIn(3))
    headers.splice(
      random.int(0, headers.length - 1),
      1,
      random.pick(["Upgrade: h2c", "Connection: close", "Sec-WebSocket-Key: x", "Sec-WebSocket-Version: 7", "X: y"]),
    );
  return headers;
}

function payload(random) {
  const packets = [
    "40",
    "41",
    "2",
    "3",
    "6",
    "1",
    '42["echo",1]',
    '420["echo",1]',
    "40/a,",
    "b AQID",
    "bAQID",
    "9",
    "",
    "2:40",
    '451-[{"_placeholder":true,"num":0}]',
    "d=2:40",
    '4"',
  ];
  return Array.from({ length: random.int(1, 4) }, () => random.pick(packets)).join(
    random.pick(["\x1e", "\x1e", "", "\x1e\x1e"]),
  );
}

function bodyOf(random, body, headers) {
  if (random.oneIn(5)) {
    headers.push("Transfer-Encoding: chunked");
    const size = random.oneIn(5) ? random.pick(["-1", "x", "ffffffff", "", "1;a=b"]) : body.length.toString(16);
    return `${size}\r\n${body}\r\n0\r\n\r\n`;
  }
  const length = random.oneIn(8)
    ? random.pick(["-1", "x", "0", "1000001", "99999999999999999999", String(body.length + 3)])
    : body.length;
  headers.push(`Content-Length: ${length}`);
  if (random.oneIn(20)) headers.push(`Content-Length: ${random.int(0, 9)}`);
  return body;
}

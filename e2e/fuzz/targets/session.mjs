// Whole sessions against a real server with an application on it: raw connections that begin as the protocols say, by websocket or
// by long-polling with an upgrade, go wrong somewhere, and end somehow. Nothing is thrown into the event loop, a good client is
// served as before, and in the end no session, socket, room or connection is left.
import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { io as client } from "@halyard/client";
import { Server } from "@halyard/server";
import { connectionsOf } from "../connections.mjs";
import { frameOf, payload, script, upgradeHeaders } from "../session-grammar.mjs";

const HEALTH_EVERY = 100;
const TIMES = { pingInterval: 300, pingTimeout: 200, upgradeTimeout: 200, connectTimeout: 300 };
const servers = await Promise.all([
  serve({ ...TIMES, allowEIO3: true, cleanupEmptyChildNamespaces: true }),
  serve({ ...TIMES, perMessageDeflate: { threshold: 0 }, connectionStateRecovery: { maxDisconnectionDuration: 100 } }),
]);
let cases = 0;

export async function run(random) {
  const { port } = random.pick(servers);
  await Promise.all(Array.from({ length: random.int(1, 3) }, () => new Attack(random, port).run()));
  if (++cases % HEALTH_EVERY === 0) await Promise.all(servers.map(({ port: each }) => checkHealth(each)));
}

export async function finish() {
  await Promise.all(servers.map(({ port }) => checkHealth(port)));
  for (const { io, http } of servers) {
    const left = await settle(io, http);
    assert.equal(left, "", `left behind: ${left}`);
    await io.close();
  }
}

// ------------------------------------------------------------------------------------------------ the application

async function serve(options) {
  const http = createServer();
  const io = new Server(http, options);
  io.on("connection", handle);
  io.of("/refused").use((_socket, next) => setTimeout(next, 2, Object.assign(new Error("no"), { data: { a: 1 } })));
  io.of("/late").use((_socket, next) => setTimeout(next, 3));
  io.of("/late").on("connection", handle);
  io.of(/^\/dyn-\w{1,9}$/).on("connection", handle);
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  return { http, io, port: http.address().port };
}

function handle(socket) {
  socket.use((_event, next) => next());
  socket.onAny(() => {});
  socket.on("error", () => {});
  socket.on("echo", (...values) => typeof values.at(-1) === "function" && values.at(-1)(...values.slice(0, -1)));
  socket.on("join", (room) => socket.join(room));
  socket.on("leave", (room) => socket.leave(room));
  socket.on("say", (room, value) => socket.nsp.to(room).emit("said", asData(value)));
  socket.on("all", (value) => socket.broadcast.emit("said", asData(value)));
  socket.on("drop", (value) => socket.volatile.emit("said", value));
  socket.on("ask", () => socket.timeout(10).emit("q", () => {}));
  socket.on("askAll", () => socket.nsp.timeout(10).emit("q", () => {}));
  socket.on("late", () => setImmediate(() => socket.emit("said", Buffer.alloc(70_000))));
  socket.on("bye", (close) => socket.disconnect(close === true));
  socket.on("upper", () => socket.conn.close());
}

/** A relay must not take the acknowledgement of its sender for one it waits for. */
function asData(value) {
  return typeof value === "function" ? null : value;
}

async function checkHealth(port) {
  const socket = client(`http://127.0.0.1:${port}`, { transports: ["websocket"], forceNew: true, reconnection: false });
  const answer = await socket.timeout(10_000).emitWithAck("echo", "x", Buffer.of(1));
  assert.deepEqual(answer, "x");
  socket.disconnect();
}

/** What is left once every timeout is over; "" for nothing. */
async function settle(io, http) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const namespaces = [...io._nsps.values()];
    const left = [
      ["sessions", io.engine.clientsCount],
      ["connections", await connectionsOf(http)],
      ["sockets", namespaces.reduce((sum, nsp) => sum + nsp.sockets.size, 0)],
      ["rooms", namespaces.reduce((sum, nsp) => sum + nsp.adapter.rooms.size + nsp.adapter.sids.size, 0)],
    ].filter(([, count]) => count > 0);
    if (left.length === 0 || Date.now() > deadline) return left.map(([what, count]) => `${count} ${what}`).join(", ");
    await sleep(50);
  }
}

// ------------------------------------------------------------------------------------------------ one attack

class Attack {
  constructor(random, port) {
    this.random = random;
    this.port = port;
    this.lines = [];
    this.protocol = random.oneIn(5) ? 3 : 4;
  }

  async run() {
    const { random } = this;
    const sid = random.oneIn(2) ? await this.open() : "";
    const line = await this.connect();
    line.write(
      `GET ${target(this.protocol, "websocket", sid)} HTTP/1.1\r\nHost: a\r\n${upgradeHeaders(random)}\r\n\r\n`,
    );
    if (!random.oneIn(4)) await heard(line, 5);
    const frames = script(random, sid !== "").map((message) => frameOf(random, message));
    const bytes = Buffer.concat(frames.flat());
    for (const chunk of random.oneIn(3) ? random.chunks(bytes.subarray(0, 20_000)) : [bytes]) {
      if (line.writable) line.write(chunk);
      if (random.oneIn(60)) await new Promise(setImmediate);
    }
    if (sid !== "" && random.oneIn(2)) await this.interfere(sid);
    await this.end(line);
    for (const each of this.lines) each.destroy();
  }

  /** Opens a session by long-polling. */
  async open() {
    const answer = await this.request("GET", target(this.protocol, "polling", ""), "");
    const sid = /"sid":"([^"]+)"/.exec(answer)?.[1] ?? "";
    if (this.random.oneIn(2)) await this.request("POST", target(this.protocol, "polling", sid), payload(this.random));
    return sid;
  }

  /** Requests of the same session while another transport is tried. */
  async interfere(sid) {
    const { random } = this;
    for (let i = random.int(1, 3); i > 0; i--) {
      const body = random.oneIn(2) ? payload(random) : "";
      const answer = this.request(body === "" ? "GET" : "POST", target(this.protocol, "polling", sid), body);
      if (random.oneIn(2)) await answer;
    }
  }

  async request(method, path, body) {
    const line = await this.connect();
    const { random } = this;
    const text = `${method} ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`;
    line.write(random.oneIn(20) ? text.slice(0, random.int(1, text.length)) : text);
    const way = random.int(0, 19);
    if (way === 0) this.reset(line);
    else if (way === 1) line.end();
    return heard(line, 5);
  }

  async connect() {
    const line = connect({ port: this.port, host: "127.0.0.1", noDelay: true });
    line.on("error", () => {});
    line.on("data", () => {});
    this.lines.push(line);
    await once(line, "connect");
    return line;
  }

  /** Node: destroyed as well, before its shutdown is done, the socket would be kept for ever. */
  reset(line) {
    this.lines.splice(this.lines.indexOf(line), 1);
    line.resetAndDestroy();
  }

  async end(line) {
    const { random } = this;
    const way = random.int(0, 5);
    if (way === 0) line.end();
    else if (way === 1) this.reset(line);
    else if (way === 2) line.pause();
    if (!line.closed && random.oneIn(3)) await Promise.race([once(line, "close"), sleep(random.int(1, 20))]);
  }
}

/** What comes in within some milliseconds. */
async function heard(line, ms) {
  let text = "";
  const add = (chunk) => (text += chunk.toString("latin1"));
  line.on("data", add);
  if (!line.closed) await Promise.race([once(line, "data").catch(() => {}), once(line, "close"), sleep(ms)]);
  line.off("data", add);
  return text;
}

function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function target(protocol, transport, sid) {
  return `/socket.io/?EIO=${protocol}&transport=${transport}${sid === "" ? "" : `&sid=${sid}`}`;
}

// A WebSocket server on `ws` or on ours, in a process of its own: echoes what it gets, broadcasts when it gets "b".
import { createServer } from "node:http";
import { Duplex } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { answerRunner } from "../load/answer.mjs";
import { clientFrame } from "../load/frames.mjs";

const name = process.env.BENCH_PACKAGE;
const { WebSocket, WebSocketServer } = await import(name);
// What ws has nothing like: a message that is encoded once for all.
const { PreparedMessage } = name === "ws" ? {} : await import(`${name}/core`);

const httpServer = createServer();
const wss = new WebSocketServer({
  server: httpServer,
  perMessageDeflate: process.env.BENCH_DEFLATE === "1" ? { threshold: 1024 } : false,
});
const news = JSON.stringify(Array.from({ length: 28 }, (_, n) => ({ id: n, name: `row number ${n}`, ok: true })));

function broadcast() {
  if (PreparedMessage === undefined) for (const client of wss.clients) client.send(news);
  else {
    const message = new PreparedMessage(news);
    for (const client of wss.clients) client.sendPrepared(message, true);
  }
}

wss.on("connection", (socket) => {
  if (process.env.BENCH_SINK === "1" && name !== "ws") return void socket.setSink(echoSink(socket));
  socket.on("message", (data, isBinary) => {
    if (data.length === 1) broadcast();
    else socket.send(data, { binary: isBinary });
  });
  return undefined;
});

/** Direct delivery, as the engine uses it; ws has events only. */
function echoSink(socket) {
  return {
    onText: (text) => socket.sendText(text, true),
    onBinary: (data) => socket.sendBinary(data, true),
    onDrain() {},
    onError() {},
    onClose() {},
  };
}

/** A server's WebSocket over a stream in memory: the library's own work, without sockets. */
function overMemory() {
  const stream = new Duplex({
    read() {},
    write: (_chunk, _encoding, done) => done(),
    writev: (_chunks, done) => done(),
  });
  const socket = new WebSocket(null, undefined, {});
  socket.setSocket(stream, Buffer.alloc(0), { maxPayload: 1024 * 1024 });
  return { stream, socket };
}

const cpuUs = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

answerRunner(httpServer, {
  news: () => news,
  /** CPU microseconds for `count` text messages, 100 in each chunk. */
  async parse({ count, text }) {
    const { stream, socket } = overMemory();
    const frame = clientFrame(1, Buffer.from(text));
    const chunk = Buffer.concat(Array.from({ length: 100 }, () => frame));
    let received = 0;
    const onMessage = (data) => (received += data.length);
    if (process.env.BENCH_SINK === "1" && name !== "ws") socket.setSink({ ...echoSink(socket), onText: onMessage });
    else socket.on("message", onMessage);
    const before = cpuUs();
    for (let sent = 0; sent < count; sent += 100) {
      stream.emit("data", Buffer.from(chunk)); // both unmask in place
      if (sent % 10_000 === 0) await nextTurn();
    }
    const spent = cpuUs() - before;
    if (received !== count * text.length) throw new Error(`${received} bytes received`);
    return spent;
  },
  /** CPU microseconds for `count` text messages, 16 in each tick. */
  async encode({ count, text }) {
    const { socket } = overMemory();
    const before = cpuUs();
    for (let sent = 0; sent < count; sent += 16) {
      for (let i = 0; i < 16; i++) socket.send(text);
      await nextTurn();
    }
    return cpuUs() - before;
  },
});

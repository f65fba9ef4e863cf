// One server under test, in a process of its own. The runner asks for its CPU time, memory and delays over the IPC channel.
import { createServer } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { answerRunner } from "./load/answer.mjs";

const { Server } = await import(process.env.BENCH_PACKAGE);
const httpServer = createServer();
const io = new Server(httpServer, {
  serveClient: false,
  pingInterval: Number(process.env.BENCH_PING_INTERVAL_MS ?? 25_000),
  perMessageDeflate: process.env.BENCH_DEFLATE === "1" ? { threshold: 1024 } : false,
});

io.on("connection", (socket) => {
  socket.on("echo", (value) => socket.emit("echo", value));
  socket.on("ack", (value, reply) => reply(value));
  socket.on("join", (rooms, reply) => {
    for (const room of rooms) socket.join(room);
    reply();
  });
  socket.on("leave", (rooms, reply) => {
    for (const room of rooms) socket.leave(room);
    reply();
  });
  socket.on("churn", (rooms, reply) => {
    for (const room of rooms) socket.join(room);
    for (const room of rooms) socket.leave(room);
    reply();
  });
  socket.on("broadcast", (room, value) => io.to(room).emit("news", value));
  socket.on("scatter", (pairs, value, reply) => {
    for (const [room, except] of pairs) io.to(room).except(except).emit("news", value);
    reply();
  });
  socket.on("burst", (count, value) => {
    for (let n = 0; n < count; n++) socket.emit("news", n, value);
  });
  // Every socket gets its own messages, a few in each turn of the event loop.
  socket.on("stream", async (turns, perTurn, value) => {
    for (let n = 0; n < turns * perTurn; n++) {
      for (const each of io.sockets.sockets.values()) each.emit("news", n, value);
      if (n % perTurn === perTurn - 1) await pause(4);
    }
  });
});

const delays = monitorEventLoopDelay({ resolution: 1 });

answerRunner(httpServer, {
  watch: () => delays.reset() || delays.enable(),
  /** Event-loop delay since "watch", and the highest resident memory since the start. */
  strain: () => ({
    p99Ms: delays.percentile(99) / 1e6,
    maxMs: delays.max / 1e6,
    peakMb: process.resourceUsage().maxRSS / 1024,
  }),
});

// The server of the soak, in a process of its own. Answers questions about what it holds.
import { readdirSync } from "node:fs";
import { createServer } from "node:http";
import { getHeapCodeStatistics } from "node:v8";
import { Server } from "@halyard/server";

const httpServer = createServer();
const io = new Server(httpServer, {
  pingInterval: 2_000,
  pingTimeout: 4_000,
  connectionStateRecovery: { maxDisconnectionDuration: 5_000 },
});

io.of(/^\/team-\d$/).on("connection", (socket) => {
  socket.on("hello", (value, reply) => reply(value));
});
io.on("connection", (socket) => {
  socket.on("echo", (value, reply) => reply(value));
  socket.on("join", (room) => socket.join(room));
  socket.on("leave", (room) => socket.leave(room));
  socket.on("tell", (room, value) => io.to(room).emit("told", value));
  socket.on("ask-all", (room, reply) => {
    io.to(room)
      .timeout(500)
      .emit("question", (error, answers) => reply(answers.length));
  });
  socket.on("out", () => socket.disconnect(true));
});

const openDescriptors = () => (process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0);
const settle = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function holdings() {
  for (let i = 0; i < 5; i++) {
    globalThis.gc();
    await settle(50);
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  let rooms = 0;
  let sockets = 0;
  for (const namespace of io._nsps.values()) {
    rooms += namespace.adapter.rooms.size;
    sockets += namespace.sockets.size;
  }
  return {
    heapBytes: heapUsed + external,
    codeBytes: getHeapCodeStatistics().code_and_metadata_size,
    rssBytes: rss,
    sessions: io.engine.clientsCount,
    sockets,
    rooms,
    descriptors: openDescriptors(),
    timers: process.getActiveResourcesInfo().filter((name) => name === "Timeout").length,
    listeners:
      httpServer.listenerCount("request") + httpServer.listenerCount("upgrade") + httpServer.listenerCount("close"),
  };
}

async function report() {
  process.send({ holdings: await holdings() });
}
process.on("message", () => void report());
process.on("disconnect", () => process.exit(0));
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => process.send({ fault: `${event}: ${error?.stack ?? error}` }));
}
httpServer.listen(0, "127.0.0.1", () => process.send({ port: httpServer.address().port }));

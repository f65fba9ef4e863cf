// One server under test, in a process of its own. The runner asks for its CPU time and memory over the IPC channel.
import { createServer } from "node:http";

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
    socket.join(rooms);
    reply();
  });
  socket.on("churn", (rooms, reply) => {
    for (const room of rooms) socket.join(room);
    for (const room of rooms) socket.leave(room);
    reply();
  });
  socket.on("broadcast", (room, value) => io.to(room).emit("news", value));
  socket.on("broadcast-except", (room, except, value) => io.to(room).except(except).emit("news", value));
});

const settle = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const questions = {
  cpu: () => process.cpuUsage(),
  async memory() {
    for (let i = 0; i < 4; i++) {
      globalThis.gc();
      await settle(40);
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heap: heapUsed + external };
  },
};

process.on("message", ({ id, question }) => {
  void Promise.resolve(questions[question]()).then((answer) => process.send({ id, answer }));
});
process.on("disconnect", () => process.exit(0));
httpServer.once("error", (error) => process.send({ failed: error.code ?? error.message }));
httpServer.listen(Number(process.env.BENCH_PORT ?? 0), "127.0.0.1", 4096, () =>
  process.send({ port: httpServer.address().port }),
);

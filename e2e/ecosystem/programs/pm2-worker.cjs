// A worker of @socket.io/pm2, as its documentation has it. Clients ask it for what to check.
const { createServer } = require("node:http");
const { createAdapter } = require("@socket.io/cluster-adapter");
const { setupWorker } = require("@socket.io/sticky");
const { Server } = require("socket.io");

const io = new Server(createServer(), { adapter: createAdapter({ heartbeatInterval: 200, heartbeatTimeout: 2000 }) });
setupWorker(io);

io.on("connection", (socket) => {
  socket.data.pid = process.pid;
  socket.join(socket.handshake.auth.rooms ?? []);
  socket.on("pid", (done) => done(process.pid));
  socket.on("pids", async (done) => done((await io.fetchSockets()).map(({ data }) => data.pid)));
  socket.on("say", (room, ...args) => io.to(room).emit("said", ...args));
  socket.on("ask all", async (done) => done(await io.timeout(3000).emitWithAck("question")));
});

// The chat server of the fault runs, in a process of its own: ours or the one of FAULTS_SERVER.
import { createServer } from "node:http";

const isOriginal = process.env.FAULTS_SERVER === "socket.io";
const { Server } = await import(isOriginal ? "socket.io" : "@halyard/server");
const http = createServer();
const io = new Server(http, { pingInterval: 600, pingTimeout: 600, serveClient: false, connectionStateRecovery: {} });
let count = 0;

io.on("connection", (socket) => {
  const { index } = socket.handshake.auth;
  // Order holds for a socket. Socket.IO 4.8.4 gives a recovered socket what its old line brings behind the new one: there it holds for a line.
  const orderedBy = isOriginal ? socket.conn.id : socket.id;
  void socket.join("room");
  socket.on("say", (number, reply) => {
    process.send({ said: [index, number, orderedBy] });
    reply?.();
  });
});
const broadcasts = setInterval(() => io.to("room").emit("news", ++count), 100);
process.on("message", ({ final }) => {
  if (!final) return;
  clearInterval(broadcasts);
  io.to("room").emit("final", count);
});
process.on("disconnect", () => process.exit(0));
for (const event of ["uncaughtException", "unhandledRejection"]) {
  process.on(event, (error) => process.send({ fault: `${event}: ${error?.stack ?? error}` }));
}
http.listen(0, "127.0.0.1", () => process.send({ port: http.address().port }));

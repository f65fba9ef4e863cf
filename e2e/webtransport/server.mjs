// The server of the WebTransport tests, in a process of its own so that it can be killed. TCP and UDP on the port of the argument; the
// certificate comes by the environment. Messages from the test say what to do to the last session.
import { createServer } from "node:http";
import { Server } from "@halyard/server";
import { listenWebTransport } from "./http3.mjs";

const port = Number(process.argv[2]);
const { CERT: cert, KEY: key } = process.env;
const http = createServer((_request, response) => {
  response
    .setHeader("content-type", "text/html")
    .end('<!doctype html><script src="/socket.io/socket.io.min.js"></script>');
});
const io = new Server(http, {
  transports: ["polling", "websocket", "webtransport"],
  pingInterval: 1500,
  pingTimeout: 2500,
});
/** What happened, by what each socket says to belong to. */
const logs = new Map();
io.on("connection", (socket) => {
  const { test } = socket.handshake.auth;
  const log = logs.get(test) ?? [];
  logs.set(test, log);
  log.push(`connection ${socket.conn.transport.name}`);
  socket.conn.on("upgrade", ({ name }) => log.push(`upgrade ${name}`));
  socket.on("disconnect", (reason) => log.push(reason));
  socket.on("echo", (...args) => args.pop()(...args));
  socket.on("log", (answer) => answer(log));
  socket.on("count", (n) => {
    for (let i = 0; i < n; i++) socket.emit("count", i);
  });
  socket.on("leave", () => {
    socket.emit("last", Buffer.alloc(300_000));
    socket.disconnect(true);
  });
});

let isRefusing = false;
/** The last one. */
let session;
const ACTIONS = {
  refuse: () => (isRefusing = true),
  accept: () => (isRefusing = false),
  "close the session": () => session.close({ closeCode: 1, reason: "test" }),
  "lose the connection": () => session.connection.close(0x100),
  "break the stream": () => session.streams[0].reset(0, new Error("test")),
  "send a length of 2^63": () => session.streams[0].send(Buffer.from([127, 128, 0, 0, 0, 0, 0, 0, 0]), { fin: false }),
};
process.on("message", (action) => {
  ACTIONS[action]();
  process.send("done");
});
await listenWebTransport({
  cert,
  key,
  port,
  onSession: (arrived) => {
    session = arrived;
    if (isRefusing) session.close();
    else void io.engine.onWebTransportSession(session);
  },
});
http.listen(port, "127.0.0.1", () => process.send("listening"));

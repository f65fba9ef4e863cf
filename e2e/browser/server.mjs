// The server of the browser tests, in a process of its own so that it can be killed. Argument: the port.
import { createServer } from "node:http";
import { Server } from "@halyard/server";

const POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self' ws:; img-src data:";
const WORKER = `
importScripts("/socket.io/socket.io.min.js");
const socket = io({ transports: ["websocket"] });
socket.timeout(5000).emit("echo", "from a worker", (error, answer) => {
  postMessage(error ? String(error) : [socket.io.engine.transport.name, answer]);
  socket.disconnect();
});
`;
/** Takes the defaults: there is no XMLHttpRequest for polling. */
const SERVICE_WORKER = `
importScripts("/socket.io/socket.io.min.js");
addEventListener("install", () => skipWaiting());
addEventListener("message", ({ source }) => {
  const socket = io({ reconnection: false });
  socket.on("connect_error", (error) => source.postMessage(error.message));
  socket.timeout(5000).emit("echo", "from a service worker", (error, answer) => {
    source.postMessage(error ? String(error) : [socket.io.engine.transport.name, answer]);
    socket.disconnect();
  });
});
`;
/** Also shows that the policy is there: text cannot become code. */
const MODULE = `
import { io } from "/socket.io/socket.io.esm.min.js";
globalThis.io = io;
try {
  globalThis.evaluated = new Function("return true")();
} catch {
  globalThis.evaluated = false;
}
`;
const SCRIPTS = { "/worker.js": WORKER, "/service-worker.js": SERVICE_WORKER, "/module.js": MODULE };
const PAGES = {
  "/": '<script src="/socket.io/socket.io.min.js"></script>',
  "/module": '<script type="module" src="/module.js"></script>',
};
const http = createServer((request, response) => {
  response.setHeader("content-security-policy", POLICY);
  const script = SCRIPTS[request.url];
  if (script) {
    response.setHeader("content-type", "text/javascript").end(script);
    return;
  }
  response
    .setHeader("content-type", "text/html; charset=utf-8")
    .end(`<!doctype html><title>page</title>${PAGES[request.url] ?? ""}`);
});
const io = new Server(http, { pingInterval: 1000, pingTimeout: 1000 });
const received = [];
io.on("connection", (socket) => {
  socket.on("echo", (...args) => args.pop()(...args));
  socket.on("note", (text) => received.push(text));
  socket.on("notes", (answer) => answer(received));
});
http.listen(Number(process.argv[2] ?? 0), "127.0.0.1", () => process.send({ port: http.address().port }));

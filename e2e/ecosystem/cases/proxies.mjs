import { createServer } from "node:http";
import { findProgram } from "../support/programs.mjs";
import { addHandlers, checkTransports, connect, listen } from "../support/serve.mjs";
import { startNginx } from "../support/services.mjs";

export const name = "behind http-proxy and nginx, with websockets and with long-polling only";
export const packages = { "http-proxy": "1.18.1" };
export const missing = () => (findProgram("nginx") === null ? "nginx" : null);

export async function run(context) {
  const { Server } = await context.load("socket.io");
  const httpServer = createServer();
  const io = new Server(httpServer);
  addHandlers(io);
  const target = await listen(context, httpServer);

  const proxied = await startHttpProxy(context, target, { ws: true });
  await checkTransports(context, proxied);
  await checkForwarded(context, io, proxied);
  await checkPollingOnly(context, await startHttpProxy(context, target, { ws: false }));

  const upgrade =
    'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";';
  const nginx = await startNginx(context, target, upgrade);
  await checkTransports(context, nginx);
  await checkForwarded(context, io, nginx);
  await checkPollingOnly(context, await startNginx(context, target, ""));
}

async function startHttpProxy(context, target, { ws }) {
  const { default: httpProxy } = await context.load("http-proxy");
  const proxy = httpProxy.createProxyServer({ target, xfwd: true });
  proxy.on("error", () => {});
  const server = createServer((req, res) => proxy.web(req, res));
  if (ws) server.on("upgrade", (req, socket, head) => proxy.ws(req, socket, head));
  else server.on("upgrade", (_req, socket) => socket.end("HTTP/1.1 501 Not Implemented\r\n\r\n"));
  return listen(context, server);
}

async function checkForwarded(context, io, url) {
  for (const transport of ["polling", "websocket"]) {
    const connection = new Promise((resolve) => io.once("connection", resolve));
    await connect(context, url, { transports: [transport] });
    const { headers } = (await connection).handshake;
    context.equal(headers["x-forwarded-for"], "127.0.0.1", `x-forwarded-for by ${transport}`);
  }
}

/** A client tries to upgrade, and stays. */
async function checkPollingOnly(context, url) {
  const { io } = await context.load("socket.io-client");
  const socket = io(url, { forceNew: true, reconnection: false });
  context.onEnd(() => socket.disconnect());
  const failures = [];
  socket.io.engine.on("upgradeError", (error) => failures.push(error.message));
  await context.eventually(
    () => [socket.connected, ...failures],
    [true, "probe error: Error: websocket error"],
    "no upgrade",
  );
  const data = await socket.timeout(5000).emitWithAck("echo", "x".repeat(200_000));
  context.equal([data.length, socket.io.engine.transport.name], [200_000, "polling"], "long-polling goes on");
}

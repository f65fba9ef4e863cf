import { spawnSync } from "node:child_process";
import { createServer } from "node:http";
import { existsSync } from "node:fs";
import path from "node:path";
import checks from "../programs/checks.cjs";
import { listen } from "../support/serve.mjs";

const PYTHON = "/usr/bin/python3";
const program = (name) => path.join(import.meta.dirname, "../programs", name);

export const name = "python-socketio and python-engineio of Debian, sync and async, as clients and as servers";
export const packages = {};
export const versions = "python-socketio 5.7.2, python-engineio 4.3.4";
export const missing = () => {
  const modules = "import socketio, engineio, aiohttp, requests, websocket, gevent, geventwebsocket";
  if (existsSync(PYTHON) && spawnSync(PYTHON, ["-c", modules]).status === 0) return null;
  return "python3-socketio python3-engineio python3-aiohttp python3-requests python3-websocket python3-gevent-websocket";
};

export async function run(context) {
  await checkClients(context);
  await checkServers(context);
  await checkEngine(context);
}

async function python(context, ...args) {
  return (await context.run(PYTHON, args, { timeoutMs: 60_000 })).stdout.trim();
}

async function startPython(context, ...args) {
  const { match } = await context.start(PYTHON, args, { ready: /port (\d+)/ });
  return `http://127.0.0.1:${match[1]}`;
}

async function checkClients(context) {
  const { Server } = await context.load("socket.io");
  const httpServer = createServer();
  const io = new Server(httpServer);
  checks.addHandlers(io);
  const url = await listen(context, httpServer);
  for (const kind of ["sync", "async"]) {
    for (const transport of ["polling", "websocket"]) {
      const result = await python(context, program("python_client.py"), url, kind, transport);
      context.equal(result, "passed", `${kind} client by ${transport}`);
    }
  }
  await context.eventually(() => io.engine.clientsCount, 0, "no session is left", 40_000);
}

async function checkServers(context) {
  const { io } = await context.load("socket.io-client");
  for (const kind of ["sync", "gevent", "async"]) {
    const url = await startPython(context, program("python_server.py"), kind);
    // With threads the synchronous one has no websockets; with gevent it has.
    const ways = kind === "sync" ? ["polling"] : ["polling", "websocket", "upgrade"];
    const options = { checkRefusal: false, ways };
    context.equal(await checks.checkClient(io, url, options), 16 * ways.length, `${kind} server`);
    const refused = io(url, { auth: { token: "wrong" }, forceNew: true, reconnection: false });
    const error = await new Promise((resolve) => refused.once("connect_error", resolve));
    context.equal([error.message, error.data], ["not authorized", { code: 7 }], "refusal");
    refused.disconnect();
  }
}

async function checkEngine(context) {
  const { Server } = await context.load("engine.io");
  const httpServer = createServer();
  const engine = new Server();
  engine.attach(httpServer);
  engine.on("connection", (socket) => socket.on("message", (data) => socket.send(data)));
  const url = await listen(context, httpServer);
  for (const transport of ["polling", "websocket"]) {
    context.equal(await python(context, program("python_engine.py"), "client", url, transport), "passed", transport);
  }
  if (context.ours === null) return;
  const { Socket } = await context.load("socket.io-client/engine");
  const serverUrl = await startPython(context, program("python_engine.py"), "server");
  for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
    const socket = new Socket(serverUrl, { transports });
    const received = [];
    socket.on("message", (data) => received.push(typeof data === "string" ? data : [...data]));
    await new Promise((resolve) => socket.once(transports.length > 1 ? "upgrade" : "open", resolve));
    for (const data of ["text", "€ and 😀", Buffer.from([0, 255])]) socket.send(data);
    await context.eventually(() => received, ["text", "€ and 😀", [0, 255]], `engine client by ${transports}`);
    socket.close();
  }
}

import { createServer } from "node:http";
import { pipeline } from "node:stream/promises";
import { listen } from "../support/serve.mjs";

export const name = "the WebSocket of undici, side by side and as a client, on ws";
export const packages = {
  undici: "6.21.0",
};
export const replace = ["ws"];

export async function run(context) {
  const checks = [checkUndici, checkUndiciServer];
  for (const check of checks) await check(context);
}

/** The WebSocket of undici and that of ws see the same of the same server. */
async function checkUndici(context) {
  const { WebSocket: Undici } = context.require("undici");
  const { WebSocket } = context.require("ws");
  const url = await serveCommands(context);
  for (const last of ["close", "terminate", "no UTF-8", "reserved", "own", "own, with a reason"]) {
    const expected = await talk(context, new Undici(url, ["a", "b"]), last);
    const actual = await talk(context, new WebSocket(url, ["a", "b"]), last);
    context.equal(expected.length > 5, true, `${last}: an end`);
    context.equal(actual, expected, `as undici: ${last}`);
  }
  for (const args of [["ftp://x"], ["ws://x", ["a", "a"]]]) {
    const [expected, actual] = [Undici, WebSocket].map((Client) => nameOfError(() => new Client(...args)));
    context.equal(actual, expected, `as undici: ${args}`);
  }
}

/** Does what it is told, else sends it back. */
async function serveCommands(context) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({
    server: httpServer,
    perMessageDeflate: { threshold: 0 },
    handleProtocols: (protocols) => (protocols.has("b") ? "b" : false),
  });
  const commands = {
    close: (webSocket) => webSocket.close(4000, "é"),
    terminate: (webSocket) => webSocket.terminate(),
    ping: (webSocket) => webSocket.ping("x"),
    "no UTF-8": (webSocket) => webSocket._socket.write(Buffer.from([0x81, 0x01, 0xff])),
    reserved: (webSocket) => webSocket._socket.write(Buffer.from([0xf1, 0x00])),
  };
  wss.on("connection", (webSocket) => {
    webSocket.on("error", () => {});
    webSocket.on("pong", (data) => webSocket.send(`pong ${data}`));
    webSocket.on("message", (data, binary) => {
      const command = commands[String(data)];
      if (command === undefined) webSocket.send(data, { binary });
      else command(webSocket);
    });
  });
  return `${(await listen(context, httpServer)).replace("http", "ws")}/p?q=1`;
}

/** What a client sees of four messages and of an end. */
async function talk(context, webSocket, last) {
  const seen = [];
  webSocket.binaryType = "arraybuffer";
  webSocket.onopen = () => {
    const [extension] = webSocket.extensions.split(";");
    seen.push(["open", webSocket.protocol, extension, webSocket.url]);
    for (const data of ["é", new Uint8Array(70_000), new Blob(["abc"]), "ping"]) webSocket.send(data);
  };
  webSocket.onmessage = ({ data }) => {
    seen.push(data.byteLength ?? data);
    if (seen.length !== 5) return;
    if (last === "own") webSocket.close();
    else if (last === "own, with a reason") webSocket.close(3000, "bye");
    else webSocket.send(last);
  };
  webSocket.onerror = () => seen.push("error");
  await new Promise((resolve) => {
    webSocket.onclose = ({ code, reason, wasClean }) => resolve(seen.push(["close", code, reason, wasClean]));
  });
  return seen;
}

function nameOfError(action) {
  try {
    action();
    return null;
  } catch (error) {
    return error.name;
  }
}

async function checkUndiciServer(context) {
  const { WebSocket: Undici } = context.require("undici");
  const { createWebSocketStream, WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer, perMessageDeflate: true });
  wss.on("connection", (ws) => {
    const stream = createWebSocketStream(ws);
    pipeline(stream, stream).catch(() => {});
  });
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const ws = new Undici(url);
  ws.binaryType = "arraybuffer";
  let bytes = 0;
  ws.onmessage = ({ data }) => (bytes += data.byteLength);
  await new Promise((resolve) => (ws.onopen = resolve));
  for (let n = 0; n < 40; n++) ws.send(new Uint8Array(100_000).fill(n));
  await context.eventually(() => bytes, 4_000_000, "undici, through a stream");
  ws.close();
  await new Promise((resolve) => (ws.onclose = resolve));
}

import { createServer } from "node:http";
import { listenOnPort } from "../support/listen.mjs";

export const name = "jsdom on ws";
export const packages = { jsdom: "26.1.0" };
export const replace = ["ws"];

export async function run(context) {
  const { JSDOM } = context.require("jsdom");
  const { WebSocketServer } = context.require("ws");
  const server = createServer();
  const wss = new WebSocketServer({ server, perMessageDeflate: true });
  const requests = [];
  wss.on("connection", (socket, { headers }) => {
    requests.push({ origin: headers.origin, cookie: headers.cookie });
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  const port = await listenOnPort(context, server);

  const { window } = new JSDOM("", { url: `http://127.0.0.1:${port}/` });
  context.onEnd(() => window.close());
  window.document.cookie = "a=b";
  const socket = new window.WebSocket(`ws://127.0.0.1:${port}/`, ["chat"]);
  socket.binaryType = "arraybuffer";
  const next = (type) => new Promise((resolve) => socket.addEventListener(type, resolve, { once: true }));
  await next("open");
  context.equal(socket.protocol, "chat", "the subprotocol");
  context.equal(requests, [{ origin: `http://127.0.0.1:${port}`, cookie: "a=b" }], "what the page's address adds");
  const text = "κόσμε ".repeat(1000);
  socket.send(text);
  context.equal((await next("message")).data, text, "a text");
  socket.send(Uint8Array.of(1, 2, 3));
  context.equal([...new Uint8Array((await next("message")).data)], [1, 2, 3], "bytes");
  socket.close(4000, "done");
  const { code, reason, wasClean } = await next("close");
  context.equal({ code, reason, wasClean }, { code: 4000, reason: "done", wasClean: true }, "the close event");
}

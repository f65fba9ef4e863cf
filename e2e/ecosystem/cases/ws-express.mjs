import { listenOnPort } from "../support/listen.mjs";

export const name = "express-ws on ws";
export const packages = { express: "4.21.2", "express-ws": "5.0.2" };
export const replace = ["ws"];

export async function run(context) {
  const express = context.require("express");
  const { WebSocket } = context.require("ws");
  const { createServer } = await import("node:http");
  const app = express();
  const server = createServer(app);
  const { getWss } = context.require("express-ws")(app, server);
  app.ws("/rooms/:room", (socket, request) => {
    socket.on("message", (text) => {
      for (const client of getWss().clients) client.send(`${request.params.room}: ${text}`);
    });
  });
  app.get("/plain", (_request, response) => response.send("plain"));
  const port = await listenOnPort(context, server);

  const open = (path) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    return new Promise((resolve, reject) => socket.on("open", () => resolve(socket)).on("error", reject));
  };
  const sockets = [await open("/rooms/a"), await open("/rooms/b")];
  const received = sockets.map(() => []);
  for (const [index, socket] of sockets.entries()) socket.on("message", (data) => received[index].push(String(data)));
  sockets[1].send("hi");
  await context.eventually(() => received, [["b: hi"], ["b: hi"]], "a message to all clients");
  context.equal(await (await fetch(`http://127.0.0.1:${port}/plain`)).text(), "plain", "a plain route beside it");
  const missing = await open("/nowhere");
  const code = await new Promise((resolve) => missing.on("close", resolve));
  context.equal(code, 1005, "the close code of a route that is not there");
  for (const socket of sockets) socket.close();
}

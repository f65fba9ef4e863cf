import { createServer } from "node:http";
import { addHandlers, listen } from "../support/serve.mjs";

export const name = "ngx-socket-io, the client in Angular";
export const packages = {
  "ngx-socket-io": "4.8.5",
  "@angular/common": "19.2.15",
  "@angular/compiler": "19.2.15",
  "@angular/core": "19.2.15",
  rxjs: "7.8.2",
};

export async function run(context) {
  await context.load("@angular/compiler");
  const { firstValueFrom, take, toArray } = context.require("rxjs");
  const { Injector } = await context.load("@angular/core");
  const { Socket, SocketIoModule } = await context.load("ngx-socket-io");
  const { Server } = await context.load("socket.io");
  const httpServer = createServer();
  const io = new Server(httpServer);
  addHandlers(io);
  const url = await listen(context, httpServer);

  const options = { forceNew: true, auth: { name: "ann" } };
  const { providers } = SocketIoModule.forRoot({ url, options });
  const socket = Injector.create({ providers }).get(Socket);
  context.onEnd(() => socket.disconnect());
  const connected = new Promise((resolve) => socket.once("connect", resolve));
  await connected;
  context.equal([socket.connected, io.sockets.sockets.has(socket.id)], [true, true], "connected");
  context.equal(await socket.emitWithAck("join", "room"), 2, "acknowledgement");
  const news = firstValueFrom(socket.fromEvent("news").pipe(take(3), toArray()));
  for (const text of ["a", "b", "c"]) io.to("room").emit("news", text);
  context.equal(await news, ["a", "b", "c"], "events as an observable");
  context.equal(socket.hasListeners("news"), false, "no listener is left");
  const once = socket.fromOneTimeEvent("news");
  io.to("room").emit("news", { deep: "é" });
  context.equal(await once, { deep: "é" }, "an event as a promise");
  const other = socket.of("/other");
  context.equal(await other.emitWithAck("echo", 5), 5, "another namespace");
  const reason = new Promise((resolve) => socket.once("disconnect", resolve));
  socket.emit("throw me out");
  context.equal(await reason, "io server disconnect", "disconnect");
  other.disconnect();
}

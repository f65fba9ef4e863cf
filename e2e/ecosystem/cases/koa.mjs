import { createServer } from "node:http";
import { addHandlers, checkTransports, connect, get, listen } from "../support/serve.mjs";

export const name = "Koa, plain and with koa-socket-2";
export const packages = { koa: "3.0.3", "koa-socket-2": "2.0.0" };

export async function run(context) {
  await checkPlain(context);
  await checkPlugin(context);
}

async function createApp(context) {
  const { default: Koa } = await context.load("koa");
  const app = new Koa();
  app.use((ctx) => (ctx.body = `koa ${ctx.path}`));
  return app;
}

async function checkPlain(context) {
  const { Server } = await context.load("socket.io");
  const httpServer = createServer((await createApp(context)).callback());
  addHandlers(new Server(httpServer));
  const url = await listen(context, httpServer);
  context.equal(await get(`${url}/page`), [200, "koa /page"], "requests of the application");
  await checkTransports(context, url);
}

async function checkPlugin(context) {
  const { default: IO } = await context.load("koa-socket-2");
  const app = await createApp(context);
  const io = new IO();
  const chat = new IO({ namespace: "chat" });
  io.attach(app);
  chat.attach(app);
  io.use(async (ctx, next) => {
    ctx.data = `${ctx.data}!`;
    await next();
  });
  io.on("greet", (ctx, data) => ctx.acknowledge(`hello ${data} ${ctx.data}`));
  chat.on("say", (_ctx, data) => chat.broadcast("said", data));
  const url = await listen(context, app.server);
  context.equal(await get(`${url}/page`), [200, "koa /page"], "requests beside the plugin");

  const socket = await connect(context, url);
  context.equal(await socket.timeout(2000).emitWithAck("greet", "ann"), "hello ann ann!", "middleware and context");
  const [a, b] = [await connect(context, `${url}/chat`), await connect(context, `${url}/chat`)];
  const said = new Promise((resolve) => b.on("said", resolve));
  a.emit("say", "hi");
  context.equal(await said, "hi", "broadcast of a namespace");
  context.equal(chat.connections.size, 2, "connections");
  a.disconnect();
  await context.eventually(() => chat.connections.size, 1, "connections after one has left");
}

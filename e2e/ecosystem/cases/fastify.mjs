import { addHandlers, checkTransports, connect, get } from "../support/serve.mjs";

export const name = "Fastify 4 with fastify-socket.io, and Fastify 5";
export const packages = { fastify: "4.29.1", "fastify-5": "npm:fastify@5.6.2", "fastify-socket.io": "5.1.0" };

export async function run(context) {
  await checkPlugin(context);
  await checkPlain(context);
}

async function checkPlugin(context) {
  const { default: createApp } = await context.load("fastify");
  const { default: plugin } = context.require("fastify-socket.io");
  const app = createApp();
  app.register(plugin, { pingInterval: 5000 });
  app.get("/page", () => `sockets: ${app.io.engine.clientsCount}`);
  app.ready(() => addHandlers(app.io));
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  context.equal(await get(`${url}/page`), [200, "sockets: 0"], "requests of the application");
  await checkTransports(context, url);

  const socket = await connect(context, url, { transports: ["websocket"] });
  const reason = new Promise((resolve) => socket.once("disconnect", resolve));
  await app.close();
  context.equal(await reason, "io server disconnect", "the plugin disconnects what is left");
}

async function checkPlain(context) {
  const { default: createApp } = await context.load("fastify-5");
  const { Server } = await context.load("socket.io");
  const app = createApp();
  app.get("/page", () => "five");
  await app.ready();
  addHandlers(new Server(app.server));
  const url = await app.listen({ port: 0, host: "127.0.0.1" });
  context.onEnd(() => app.server.closeAllConnections());
  context.equal(await get(`${url}/page`), [200, "five"], "requests of the application");
  await checkTransports(context, url);
}

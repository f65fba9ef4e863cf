export const name = "@fastify/websocket on ws";
export const packages = { "@fastify/websocket": "11.3.6", fastify: "5.12.8" };
export const replace = ["ws"];

export async function run(context) {
  const fastify = context.require("fastify");
  const { WebSocket } = context.require("ws");
  const app = fastify();
  context.onEnd(() => app.close());
  await app.register(context.require("@fastify/websocket"), { options: { maxPayload: 1024 * 1024 } });
  app.addHook("preValidation", async (request, reply) => {
    if (request.headers["x-key"] !== "secret") await reply.code(401).send();
  });
  app.get("/echo", { websocket: true }, (socket, request) => {
    socket.on("message", (data) => socket.send(`${request.url} ${data}`));
  });
  const address = (await app.listen({ port: 0, host: "127.0.0.1" })).replace("http", "ws");

  const headers = { "x-key": "secret" };
  const socket = new WebSocket(`${address}/echo`, { headers });
  await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
  const next = (from) => new Promise((resolve) => from.once("message", (data) => resolve(String(data))));
  socket.send("hello");
  context.equal(await next(socket), "/echo hello", "an echo");
  socket.close();
  const refused = new WebSocket(`${address}/echo`);
  const error = await new Promise((resolve) => refused.on("error", resolve));
  context.equal(error.message, "Unexpected server response: 401", "the answer of a hook");

  const injected = await app.injectWS("/echo", { headers });
  injected.send("inside");
  context.equal(await next(injected), "/echo inside", "an echo over streams in memory");
  injected.terminate();
}

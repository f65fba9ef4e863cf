import { createServer } from "node:http";
import { addHandlers, checkTransports, get, listen } from "../support/serve.mjs";

export const name = "h3 with crossws, as Nitro and Nuxt bind the engine";
export const packages = { h3: "1.15.4", crossws: "0.3.5" };

/** The recipe of the Socket.IO documentation for Nuxt. */
export async function run(context) {
  const { createApp, defineEventHandler, toNodeListener } = await context.load("h3");
  const { default: createAdapter } = await context.load("crossws/adapters/node");
  const { Server: Engine } = await context.load("engine.io");
  const { Server } = await context.load("socket.io");
  const engine = new Engine();
  const io = new Server();
  io.bind(engine);
  addHandlers(io);

  const app = createApp();
  const socketHandler = defineEventHandler({
    handler(event) {
      engine.handleRequest(event.node.req, event.node.res);
      event._handled = true;
    },
    websocket: {
      open(peer) {
        const { nodeReq } = peer._internal;
        engine.prepare(nodeReq);
        engine.onWebSocket(nodeReq, nodeReq.socket, peer.websocket);
      },
    },
  });
  app.use("/socket.io/", socketHandler);
  app.use(
    "/page",
    defineEventHandler(() => "h3"),
  );
  const httpServer = createServer(toNodeListener(app));
  httpServer.on("upgrade", createAdapter({ hooks: socketHandler.__websocket__ }).handleUpgrade);
  const url = await listen(context, httpServer);
  context.equal(await get(`${url}/page`), [200, "h3"], "requests of the application");
  await checkTransports(context, url);
  await context.eventually(() => engine.clientsCount, 0, "no session is left");
}

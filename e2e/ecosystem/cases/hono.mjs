import { addHandlers, checkTransports, get } from "../support/serve.mjs";

export const name = "Hono on Node, on its server";
export const packages = { hono: "4.10.4", "@hono/node-server": "1.19.6" };

export async function run(context) {
  const { Hono } = await context.load("hono");
  const { serve } = await context.load("@hono/node-server");
  const { Server } = await context.load("socket.io");
  const app = new Hono();
  app.get("/page", (c) => c.text("hono"));
  const { httpServer, port } = await new Promise((resolve) => {
    const server = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, (info) =>
      resolve({ httpServer: server, port: info.port }),
    );
  });
  context.onEnd(() => httpServer.closeAllConnections());
  addHandlers(new Server(httpServer));
  const url = `http://127.0.0.1:${port}`;
  context.equal(await get(`${url}/page`), [200, "hono"], "requests of the application");
  await checkTransports(context, url);
}

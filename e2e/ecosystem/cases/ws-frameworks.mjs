import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "koa, polka, Express and Hono with WebSockets, and livereload, on ws";
export const packages = {
  koa: "3.0.3",
  "koa-websocket": "7.0.0",
  "koa-easy-ws": "2.1.0",
  tinyws: "1.0.0",
  polka: "0.5.2",
  "websocket-express": "4.0.1",
  express: "5.3.0",
  hono: "4.10.4",
  "@hono/node-ws": "1.3.1",
  "@hono/node-server": "1.19.11",
  livereload: "0.10.3",
};
export const replace = ["ws"];

export async function run(context) {
  const checks = [checkKoaWebsocket, checkKoaEasy, checkTiny, checkWebsocketExpress, checkHono, checkLivereload];
  for (const check of checks) await check(context);
}

async function checkKoaWebsocket(context) {
  const Koa = context.require("koa");
  const app = context.require("koa-websocket")(new Koa());
  const seen = [];
  app.ws.use((ctx, next) => {
    seen.push([ctx.path, ctx.query.a, ctx.websocket.readyState]);
    return next();
  });
  app.ws.use((ctx) => {
    ctx.websocket.on("message", (data) => ctx.websocket.send(`${ctx.path} ${data}`));
  });
  app.use((ctx) => (ctx.body = "plain"));
  const server = app.listen(0);
  await once(server, "listening");
  context.onEnd(() => (server.closeAllConnections(), server.close()));
  const { port } = server.address();
  context.equal(
    await talk(context, `ws://127.0.0.1:${port}/room?a=1`, ["a", "b"], 2),
    ["/room a", "/room b"],
    "koa-websocket",
  );
  context.equal(seen, [["/room", "1", 1]], "context");
  context.equal(await (await fetch(`http://127.0.0.1:${port}/`)).text(), "plain", "plain");
}

async function checkKoaEasy(context) {
  const Koa = context.require("koa");
  const app = new Koa();
  const easy = context.require("koa-easy-ws")("ws", { exposeServerOn: "wss" });
  app.use(easy);
  app.use(async (ctx) => {
    if (!ctx.ws) {
      ctx.body = "plain";
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
    if (ctx.path === "/refused") {
      ctx.status = 401;
      return;
    }
    const webSocket = await ctx.ws();
    webSocket.on("message", (data) => webSocket.send(`${ctx.path} ${data} ${ctx.wss.clients.size}`));
    webSocket.send("hi");
  });
  const httpServer = createServer(app.callback());
  const url = await listen(context, httpServer);
  context.equal(await talk(context, url.replace("http", "ws") + "/x", ["a"], 2), ["hi", "/x a 1"], "koa-easy-ws");
  context.equal(
    await talk(context, url.replace("http", "ws") + "/refused", ["a"], 2),
    ["Unexpected server response: 401", 1006],
    "refused",
  );
  context.equal(await (await fetch(url)).text(), "plain", "plain");
}

async function checkTiny(context) {
  const { tinyws } = await context.load("tinyws");
  const polka = context.require("polka");
  const app = polka();
  app.get("/hmr", (req, res) => {
    if (!req.ws) return res.end("plain");
    return req.ws().then((webSocket) => {
      webSocket.send("hello");
      webSocket.on("message", (data) => webSocket.send(data));
    });
  });
  app.get("/slow", (req) => {
    const echo = (webSocket) => webSocket.on("message", (data, binary) => webSocket.send(data, { binary }));
    setTimeout(() => void req.ws().then(echo), 50);
  });
  const httpServer = createServer();
  const wss = tinyws({ handler: app.handler.bind(app) }, httpServer);
  httpServer.on("request", app.handler);
  const url = (await listen(context, httpServer)).replace("http", "ws");
  context.equal(await talk(context, `${url}/hmr`, ["a"], 2), ["hello", "a"], "tinyws");
  context.equal(await talk(context, `${url}/slow`, ["b", "c"], 2), ["b", "c"], "tinyws, after a time");
  context.equal(await talk(context, `${url}/none`, [], 2), ["Unexpected server response: 404", 1006], "tinyws: 404");
  await context.eventually(() => wss.clients.size, 0, "closed");
}

async function checkWebsocketExpress(context) {
  const { WebSocketExpress, Router } = context.require("websocket-express");
  const app = new WebSocketExpress();
  app.use(addRoutes(new Router()));
  app.set("shutdown timeout", 8000);
  const server = app.createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `ws://127.0.0.1:${server.address().port}`;
  context.onEnd(() => server.close());
  const out = {
    bar: await talk(context, `${url}/path/bar`, ["me"], 3),
    auth: await talk(context, `${url}/auth?end=1`, [], 2),
    reject: await talk(context, `${url}/reject`, [], 2),
    error: await talk(context, `${url}/error`, [], 2),
    later: await talk(context, `${url}/later`, [], 1),
    none: await talk(context, `${url}/none`, [], 2),
  };
  context.equal(
    out,
    {
      bar: ["who are you?", "hello, me", 1005],
      auth: ["late", 1005],
      reject: ["Unexpected server response: 403", 1006],
      error: ["Unexpected server response: 401", 1006],
      later: [4401],
      none: ["Unexpected server response: 404", 1006],
    },
    "websocket-express",
  );
  await checkShutdown(context, server, url);
}

/** A transaction that is under way is waited for. */
async function checkShutdown(context, server, url) {
  const { WebSocket } = context.require("ws");
  const last = new WebSocket(`${url}/tx`);
  const codes = [];
  last.on("close", (code) => codes.push(code));
  last.on("message", (data) => codes.push(String(data)));
  await once(last, "open");
  const second = new WebSocket(`${url}/auth`);
  await once(second, "message");
  second.on("close", (code) => codes.push(code));
  const closed = new Promise((resolve) => server.close(resolve));
  await context.eventually(() => codes, [1012], "soft close");
  last.send("x");
  await context.eventually(() => codes, [1012, "done", 1012], "end of transaction");
  await closed;
}

function addRoutes(router) {
  router.ws("/path/bar", async (req, res) => {
    const ws = await res.accept();
    ws.send("who are you?");
    const message = await ws.nextMessage({ timeout: 8000 });
    ws.send(`hello, ${message.data}`);
    ws.close();
  });
  router.ws("/auth", async (req, res, next) => {
    await new Promise((r) => setTimeout(r, 20));
    next();
  });
  router.ws("/auth", async (req, res) => {
    const ws = await res.accept();
    ws.send("late");
    ws.on("message", () => {});
    if (req.query.end) ws.close();
  });
  router.ws("/tx", async (req, res) => {
    const ws = await res.accept();
    res.beginTransaction();
    ws.on("message", () => {
      ws.send("done");
      res.endTransaction();
    });
  });
  router.ws("/reject", (req, res) => res.reject(403, "no"));
  router.ws("/error", (req, res) => res.sendError(401, 4401, "who"));
  router.ws("/later", async (req, res) => {
    await res.accept();
    res.sendError(401, 4401, "who");
  });
  router.get("/path/bar", (req, res) => res.end("plain"));
  return router;
}

async function checkHono(context) {
  const { Hono } = await context.load("hono");
  const { createNodeWebSocket } = await context.load("@hono/node-ws");
  const { serve } = await context.load("@hono/node-server");
  const { WebSocket } = context.require("ws");
  const app = new Hono();
  const { injectWebSocket, upgradeWebSocket } = createNodeWebSocket({ app });
  const seen = [];
  app.get(
    "/ws/:room",
    upgradeWebSocket((c) => ({
      onOpen: (e, ws) => ws.send(`hi ${c.req.param("room")}`),
      onMessage: (e, ws) => {
        seen.push(e.data.byteLength ?? e.data);
        ws.send(e.data);
      },
      onClose: (e) => seen.push([e.code, e.reason]),
    })),
  );
  app.get("/", (c) => c.text("plain"));
  const server = await new Promise((resolve) => {
    const s = serve({ fetch: app.fetch, port: 0, hostname: "127.0.0.1" }, () => resolve(s));
    injectWebSocket(s);
  });
  context.onEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `ws://127.0.0.1:${server.address().port}`;
  const ws = new WebSocket(`${url}/ws/room`);
  const heard = [];
  ws.on("message", (d, b) => heard.push(b ? d.length : String(d)));
  await once(ws, "open");
  ws.send("é");
  ws.send(Buffer.alloc(5));
  await context.eventually(() => heard, ["hi room", "é", 5], "hono");
  ws.close(4000, "bye");
  await context.eventually(() => seen, ["é", 5, [4000, "bye"]], "hono close");
  const bad = new WebSocket(`${url}/none`);
  const errors = [];
  bad.on("error", (e) => errors.push(e.message));
  bad.on("close", (c) => errors.push(c));
  await context.eventually(() => errors.length, 2, "hono none");
}

async function checkLivereload(context) {
  const livereload = context.require("livereload");
  const { WebSocket } = context.require("ws");
  const server = livereload.createServer({ port: 0, delay: 10 });
  await new Promise((resolve) => server.server.once("listening", resolve));
  const { port } = server.config.server.address();
  const ws = new WebSocket(`ws://localhost:${port}/livereload`);
  const heard = [];
  ws.on("message", (data) => heard.push(JSON.parse(data)));
  await once(ws, "open");
  ws.send(JSON.stringify({ command: "hello", protocols: ["http://livereload.com/protocols/official-7"] }));
  await context.eventually(() => heard.map((m) => m.command), ["hello"], "hello");
  writeFileSync(`${context.folder}/page.css`, "a");
  server.watch(`${context.folder}/page.css`);
  let n = 0;
  const change = () => {
    writeFileSync(`${context.folder}/page.css`, `b { order: ${++n} }`);
    return heard[1]?.command;
  };
  await context.eventually(change, "reload", "livereload: a change");
  server.refresh("x.html");
  await context.eventually(() => heard.some(({ path }) => path === "x.html"), true, "livereload: refresh");
  ws.close();
  await once(ws, "close");
  server.close();
  context.equal(ws.readyState, 3, "closed");
}

async function talk(context, url, say, count, options) {
  const { WebSocket } = context.require("ws");
  const webSocket = new WebSocket(url, options);
  const heard = [];
  webSocket.on("message", (data) => heard.push(String(data)));
  webSocket.on("error", (error) => heard.push(error.message));
  webSocket.on("close", (code) => heard.push(code));
  webSocket.on("open", () => say.forEach((text) => webSocket.send(text)));
  await context.eventually(() => heard.length >= count, true, `${url} ${JSON.stringify(heard)}`).catch(() => {});
  webSocket.close();
  return heard;
}

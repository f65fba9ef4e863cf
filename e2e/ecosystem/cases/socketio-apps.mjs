import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import path from "node:path";
import { connect, get, listen, serve } from "../support/serve.mjs";

export const name = "boardgame.io, express-status-monitor, webpack-dashboard and gulp-server-livereload";
export const packages = {
  "boardgame.io": "0.50.2",
  "express-status-monitor": "1.3.4",
  express: "4.21.2",
  "webpack-dashboard": "3.3.8",
  "gulp-server-livereload": "1.9.2",
  vinyl: "3.0.1",
};

export async function run(context) {
  for (const check of [checkGame, checkMonitor, checkDashboard, checkReload]) await check(context);
}

async function checkGame(context) {
  const { Server } = context.require("boardgame.io/server");
  const { Client } = context.require("boardgame.io/client");
  const { SocketIO } = context.require("boardgame.io/multiplayer");
  const moves = { add: ({ G }, number) => void (G.sum += number) };
  const endIf = ({ G }) => (G.sum >= 10 ? { winner: "1" } : undefined);
  const game = { name: "sum", setup: () => ({ sum: 0 }), moves, turn: { minMoves: 1, maxMoves: 1 }, endIf };
  const server = Server({ games: [game], origins: ["http://localhost"] });
  const running = await server.run({ port: 0, callback: () => {} });
  context.onEnd(() => server.kill(running));
  const multiplayer = () => {
    const { port } = running.appServer.address();
    return SocketIO({ server: `http://127.0.0.1:${port}`, socketOpts: { forceNew: true } });
  };
  const start = (playerID) => {
    const client = Client({ game, numPlayers: 2, matchID: "m", playerID, debug: false, multiplayer: multiplayer() });
    client.start();
    return client;
  };
  const clients = [start("0"), start("1")];
  context.onEnd(() => clients[0].stop());
  const connected = (client) => client.matchData?.filter(({ isConnected }) => isConnected).length;
  await context.eventually(() => clients.map(connected), [2, 2], "boardgame.io: both players");
  clients[0].moves.add(4);
  await context.eventually(() => clients[1].getState().G.sum, 4, "boardgame.io: a move");
  clients[1].moves.add(7);
  await context.eventually(() => clients[0].getState().ctx.gameover, { winner: "1" }, "boardgame.io: the end");
  clients[0].sendChatMessage("well played");
  await context.eventually(() => clients[1].chatMessages.length, 1, "boardgame.io: a message");
  clients[1].stop();
  await context.eventually(() => connected(clients[0]), 1, "boardgame.io: a player leaves");
}

async function checkMonitor(context) {
  const { Server } = await context.load("socket.io");
  const app = context.require("express")();
  const httpServer = createServer(app);
  const websocket = new Server(httpServer);
  app.use(context.require("express-status-monitor")({ spans: [{ interval: 0.1, retention: 60 }], websocket }));
  const url = await listen(context, httpServer);
  context.equal((await get(`${url}/status`))[0], 200, "express-status-monitor: its page");
  const socket = await connect(context, url);
  const told = [once(socket, "esm_start"), once(socket, "esm_stats")];
  socket.emit("esm_change");
  const [[spans], [{ retention }]] = await Promise.all(told);
  context.equal([spans.length, retention], [1, 60], "express-status-monitor: what it shows");
}

/** Its plugin sends by a bound `emit`, with an acknowledgement. */
async function checkDashboard(context) {
  const Dashboard = context.require("webpack-dashboard/plugin");
  const { io, url } = await serve(context);
  const types = [];
  io.on("connection", (socket) => {
    socket.emit("options", { minimal: true, includeAssets: ["main"] });
    socket.on("message", (messages, done) => {
      types.push(...messages.map(({ type }) => type));
      done();
    });
  });
  const plugin = new Dashboard({ host: "127.0.0.1", port: Number(new URL(url).port) });
  const taps = {};
  const tapInto = (hook) => (_title, tap) => (taps[hook] = tap);
  const names = ["watchRun", "run", "compile", "invalid", "failed", "done", "compilation", "emit", "afterEmit"];
  const hooks = Object.fromEntries(names.map((hook) => [hook, { tap: tapInto(hook), tapAsync: tapInto(hook) }]));
  plugin.apply({ hooks, options: { experiments: {} } });
  context.onEnd(() => plugin.socket.close());
  await context.eventually(
    () => [plugin.minimal, plugin.includeAssets],
    [true, ["main"]],
    "webpack-dashboard: options",
  );
  taps.invalid();
  await context.eventually(
    () => [types.slice(0, 2), plugin.openMessages],
    [["status", "progress"], 0],
    "webpack-dashboard",
  );
}

async function checkReload(context) {
  const livereload = context.require("gulp-server-livereload");
  const Vinyl = context.require("vinyl");
  const site = path.join(context.folder, "site");
  mkdirSync(site);
  const write = (text) => writeFileSync(path.join(site, "index.html"), `<html><body>${text}</body></html>`);
  write("one");
  const taken = await listen(context, createServer());
  const port = Number(new URL(taken).port);
  const options = { port: port + 1, host: "127.0.0.1", livereload: { enable: true, port: port + 2 }, log: "error" };
  const stream = livereload(options);
  context.onEnd(() => stream.emit("kill"));
  stream.write(new Vinyl({ base: site, path: site, cwd: site, stat: { isDirectory: () => true } }));
  const socket = await connect(context, `http://127.0.0.1:${port + 2}`, { reconnection: true });
  const reload = once(socket, "reload");
  await context.eventually(async () => (await get(`http://127.0.0.1:${port + 1}/`))[0], 200, "gulp-server-livereload");
  write("two");
  await reload;
  context.equal(
    (await get(`http://127.0.0.1:${port + 1}/`))[1].includes("two"),
    true,
    "gulp-server-livereload: the page",
  );
}

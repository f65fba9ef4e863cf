import { writeFileSync } from "node:fs";
import path from "node:path";
import { writeProject } from "../support/programs.mjs";

export const name = "webpack-dev-server tells pages of a change, on ws";
export const packages = { "webpack-dev-server": "5.2.2", webpack: "5.102.1" };
export const replace = ["ws"];

export async function run(context) {
  const webpack = context.require("webpack");
  const WebpackDevServer = context.require("webpack-dev-server");
  const { WebSocket } = context.require("ws");
  const folder = path.join(context.folder, "site");
  writeProject(folder, { "index.js": "console.log('first');\n" });
  const compiler = webpack({
    mode: "development",
    context: folder,
    entry: "./index.js",
    devtool: false,
    infrastructureLogging: { level: "none" },
    stats: "none",
  });
  const settings = { host: "127.0.0.1", port: "auto", hot: true, static: false, allowedHosts: ["127.0.0.1"] };
  const server = new WebpackDevServer(settings, compiler);
  await server.start();
  context.onEnd(() => server.stop());
  const { port } = server.server.address();
  const url = `127.0.0.1:${port}`;

  const open = async (origin) => {
    const socket = new WebSocket(`ws://${url}/ws`, { headers: { origin } });
    const messages = [];
    socket.on("message", (data) => messages.push(JSON.parse(data)));
    await new Promise((resolve, reject) => socket.on("open", resolve).on("error", reject));
    return { socket, messages, types: () => messages.map(({ type }) => type) };
  };
  const page = await open(`http://${url}`);
  await context.eventually(() => page.types().at(-1), "ok", "the state of the build");
  const { data: first } = page.messages.find(({ type }) => type === "hash");
  writeFileSync(path.join(folder, "index.js"), "console.log('second');\n");
  await context.eventually(() => page.messages.filter(({ type }) => type === "hash").length, 2, "a new build");
  const { data: second } = page.messages.findLast(({ type }) => type === "hash");
  context.equal(first === second, false, "another hash");
  await context.eventually(() => page.types().at(-1), "ok", "the page may reload");
  const text = await (await fetch(`http://${url}/main.js`)).text();
  context.equal(text.includes("second"), true, "what the page loads");

  const stranger = await open("http://elsewhere.example");
  await context.eventually(() => stranger.socket.readyState, WebSocket.CLOSED, "a page of another host is sent away");
  context.equal(stranger.types(), ["error"], "and told why");
  page.socket.close();
}

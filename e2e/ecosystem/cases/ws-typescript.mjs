import path from "node:path";
import { writeProject } from "../support/programs.mjs";
import { PROGRAM } from "../support/websocket-types.mjs";

export const name = "programs in TypeScript and types of other packages, on ws";
export const packages = {
  typescript: "5.9.3",
  "@types/node": "20.19.25",
  "@types/ws": "8.18.1",
  "@types/express": "4.17.23",
  "@types/express-ws": "3.0.6",
  express: "4.21.2",
  "express-ws": "5.0.2",
  "isomorphic-ws": "5.0.0",
  graphql: "16.15.0",
  "graphql-ws": "6.4.2",
  hono: "4.10.4",
  "@hono/node-server": "1.19.11",
  "@hono/node-ws": "1.3.1",
  "websocket-express": "4.0.1",
  "reconnecting-websocket": "4.4.0",
};
export const replace = ["ws"];
export const slow = true;

/** What the types of other packages have of those of ws. */
const PACKAGES = `
import express from "express";
import expressWs from "express-ws";
import { WebSocket } from "ws";
import type * as ws from "ws";
import IsoWebSocket from "isomorphic-ws";
import ReconnectingWebSocket from "reconnecting-websocket";
import { useServer } from "graphql-ws/use/ws";
import { createClient } from "graphql-ws";
import { buildSchema } from "graphql";
import { WebSocketServer } from "ws";
import { createNodeWebSocket } from "@hono/node-ws";
import { Hono } from "hono";
import { WebSocketExpress } from "websocket-express";
const { app, getWss, applyTo } = expressWs(express());
app.ws("/x", (socket: ws.WebSocket, req) => {
  socket.on("message", (m) => socket.send(String(m) + req.path));
});
getWss().clients.forEach((c) => c.close());
const iso: WebSocket = new IsoWebSocket("ws://x");
new ReconnectingWebSocket("ws://x", [], { WebSocket });
const wss = new WebSocketServer({ noServer: true });
useServer(
  {
    schema: buildSchema("type Query { a: Int }"),
    context: (ctx) => ({ s: ctx.extra.socket.readyState, r: ctx.extra.request.url }),
  },
  wss,
);
createClient({ url: "x", webSocketImpl: WebSocket });
const { injectWebSocket, wss: honoWss } = createNodeWebSocket({ app: new Hono() });
const n: number = honoWss.clients.size;
const wse = new WebSocketExpress();
wse.ws("/", async (req, res) => {
  const s = await res.accept();
  s.on("message", (m) => s.send(m));
  await s.nextMessage({ timeout: 1 });
});
export { iso, n, applyTo, injectWebSocket };
`;

/** Each line alone must not compile. */
const BAD = [
  `ws.send({ a: 1 });`,
  `ws.close("1000");`,
  `ws.binaryType = "text";`,
  `ws.readyState = 1;`,
  `new WebSocketServer({ prot: 1 });`,
];
const BAD_HEAD = `import { WebSocket, WebSocketServer } from "ws";
declare const ws: WebSocket;
`;

export async function run(context) {
  const files = { "program.ts": PROGRAM, "packages.ts": PACKAGES };
  for (const [index, line] of BAD.entries()) files[`bad-${index}.ts`] = BAD_HEAD + line;
  const bad = Object.keys(files).filter((file) => file.startsWith("bad"));
  const compilerOptions = {
    target: "es2022",
    module: "node16",
    moduleResolution: "node16",
    strict: true,
    noEmit: true,
    esModuleInterop: true,
    types: ["node"],
  };
  const cwd = path.join(context.folder, "typed");
  writeProject(cwd, {
    ...files,
    "package.json": { type: "commonjs" },
    "tsconfig.json": { compilerOptions, files: Object.keys(files) },
  });
  const tsc = path.join(context.folder, "node_modules/typescript/bin/tsc");
  const { output } = await context.run(process.execPath, [tsc, "--pretty", "false"], { cwd, status: [1, 2] });
  const refused = new Set(Array.from(output.matchAll(/^(\S+)\(\d+,\d+\): error/gm), ([, file]) => file));
  context.equal(refused, new Set(bad), `the programs that do not compile\n${output}`);
}

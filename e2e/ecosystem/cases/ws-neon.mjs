import { createServer } from "node:http";
import net from "node:net";
import { listen } from "../support/serve.mjs";

export const name = "@neondatabase/serverless: PostgreSQL through ws";
export const packages = { "@neondatabase/serverless": "1.2.0" };
export const replace = ["ws"];

export async function run(context) {
  const { WebSocket, WebSocketServer, createWebSocketStream } = context.require("ws");
  const { port } = await context.startPostgres();
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer });
  wss.on("connection", (webSocket) => {
    const duplex = createWebSocketStream(webSocket);
    const socket = net.connect(port, "127.0.0.1");
    duplex.pipe(socket).pipe(duplex);
    for (const end of [duplex, socket]) end.on("error", () => {});
  });
  const url = new URL(await listen(context, httpServer));

  const { Pool, neonConfig } = await context.load("@neondatabase/serverless");
  Object.assign(neonConfig, { pipelineConnect: false, pipelineTLS: false, useSecureWebSocket: false });
  neonConfig.webSocketConstructor = WebSocket;
  neonConfig.wsProxy = () => `${url.host}/v2`;
  const pool = new Pool({ connectionString: "postgres://test:none@127.0.0.1/postgres", max: 3 });
  const { rows } = await pool.query("select generate_series(1, 20000) n, repeat('é', 20) t");
  context.equal([rows.length, rows.at(-1)], [20_000, { n: 20_000, t: "é".repeat(20) }], "many rows");
  const answers = await Promise.all([1, 2, 3, 4, 5].map((n) => pool.query("select $1::int + 1 n", [n])));
  context.equal(
    answers.map((answer) => answer.rows[0].n),
    [2, 3, 4, 5, 6],
    "queries at once",
  );
  const client = await pool.connect();
  const heard = [];
  client.on("notification", ({ payload }) => heard.push(payload));
  await client.query("listen topic");
  await pool.query("notify topic, 'text'");
  await context.eventually(() => heard, ["text"], "a notification");
  client.release();
  await pool.end();
  await context.eventually(() => wss.clients.size, 0, "connections after the end");
}

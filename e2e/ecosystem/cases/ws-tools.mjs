import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { listen } from "../support/serve.mjs";
import { freePort } from "../support/services.mjs";

export const name = "servers for development, streams, wscat, Automerge, GraphQL Tools and a tracer, on ws";
export const packages = {
  "@11ty/eleventy-dev-server": "2.1.2",
  "@web/dev-server": "1.0.0",
  "@httptoolkit/websocket-stream": "6.0.1",
  "ws-heartbeat": "1.3.0",
  wscat: "6.1.0",
  "@automerge/automerge-repo": "2.5.6",
  "@automerge/automerge-repo-network-websocket": "2.5.6",
  graphql: "16.15.0",
  "graphql-ws": "6.4.2",
  "@graphql-tools/executor-graphql-ws": "3.2.0",
  "opentelemetry-instrumentation-ws": "0.5.0",
  "@opentelemetry/api": "1.9.0",
  "@opentelemetry/sdk-trace-node": "2.0.0",
  "@opentelemetry/instrumentation": "0.44.0",
};
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const checks = [
    checkEleventy,
    checkWebDev,
    checkStream,
    checkHeartbeat,
    checkWscat,
    checkAutomerge,
    checkGraphqlTools,
    checkOtel,
  ];
  for (const check of checks) await check(context);
}

async function checkEleventy(context) {
  const { default: Dev } = await context.load("@11ty/eleventy-dev-server");
  const { WebSocket } = context.require("ws");
  const dir = `${context.folder}/site`;
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${dir}/index.html`, "<html><body>a</body></html>");
  const server = Dev.getServer("x", dir, { port: 0, showVersion: false, logger: { info() {}, error() {}, log() {} } });
  await server.serve(await freePort());
  await server.ready?.();
  const { port: actual } = server.server.address();
  const ws = new WebSocket(`ws://localhost:${actual}/`, "EleventyClient");
  const heard = [];
  ws.on("message", (d) => heard.push(JSON.parse(d).type));
  ws.on("error", (e) => heard.push(e.message));
  await context.eventually(() => heard, ["eleventy.status"], "eleventy");
  await server.reload({ files: ["index.html"], subtype: undefined, build: { templates: [] } });
  await context.eventually(() => heard.includes("eleventy.reload"), true, `eleventy ${heard}`);
  ws.close();
  await server.close();
}

async function checkWebDev(context) {
  const { startDevServer } = await context.load("@web/dev-server");
  const { WebSocket } = context.require("ws");
  const dir = `${context.folder}/wds`;
  mkdirSync(dir, { recursive: true });
  writeFileSync(`${dir}/index.html`, "<html><body><script type=module src=./a.js></script></body></html>");
  writeFileSync(`${dir}/a.js`, "export const a = 1;");
  const server = await startDevServer({
    config: { rootDir: dir, watch: true, port: 0, hostname: "127.0.0.1", open: false },
    readCliArgs: false,
    readFileConfig: false,
    autoExitProcess: false,
    logStartMessage: false,
  });
  const { port } = server.server.address();
  await (await fetch(`http://127.0.0.1:${port}/index.html`)).text();
  await (await fetch(`http://127.0.0.1:${port}/a.js`)).text();
  const ws = new WebSocket(`ws://127.0.0.1:${port}/wds`);
  const heard = [];
  ws.on("message", (d) => heard.push(JSON.parse(d)));
  ws.on("error", (e) => heard.push(e.message));
  await once(ws, "open");
  let n = 1;
  const change = async () => {
    writeFileSync(`${dir}/a.js`, `export const a = ${++n};`);
    await sleep(500); // changes that follow each other closer are waited out
    return heard.length > 0;
  };
  await context.eventually(change, true, "@web/dev-server: a change");
  await server.stop();
}

async function checkStream(context) {
  const stream = context.require("@httptoolkit/websocket-stream");
  const httpServer = createServer();
  stream.createServer({ server: httpServer }, (s) => s.pipe(s));
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const client = stream(url);
  let bytes = 0;
  client.on("data", (d) => (bytes += d.length));
  for (let n = 0; n < 20; n++) client.write(Buffer.alloc(50_000));
  await context.eventually(() => bytes, 1_000_000, "stream");
  client.end();
  await once(client, "close");
}

async function checkHeartbeat(context) {
  const heartbeat = context.require("ws-heartbeat/server");
  const { setWsHeartbeat: client } = context.require("ws-heartbeat/client");
  const { WebSocket, WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer });
  heartbeat.setWsHeartbeat(
    wss,
    (ws, data) => {
      if (String(data) === '{"kind":"ping"}') ws.send('{"kind":"pong"}');
    },
    1500,
  );
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const [silent, lively] = [new WebSocket(url), new WebSocket(url)];
  await Promise.all([once(silent, "open"), once(lively, "open")]);
  client(lively, '{"kind":"ping"}', { pingInterval: 100, pingTimeout: 2000 });
  await once(silent, "close");
  await sleep(1600);
  context.equal(lively.readyState, 1, "the lively one stays");
  lively.terminate();
}

async function checkWscat(context) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer, handleProtocols: (p) => [...p][0] });
  wss.on("connection", (ws, req) => {
    ws.on("message", (d) => ws.send(`${req.headers["x-a"]} ${ws.protocol} ${d}`));
  });
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const child = spawn(
    process.execPath,
    [
      `${context.folder}/node_modules/wscat/bin/wscat`,
      "-c",
      url,
      "-s",
      "p",
      "-H",
      "x-a: 1",
      "-x",
      "é",
      "-w",
      "1",
      "--no-color",
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  let out = "";
  child.stdout.on("data", (d) => (out += d));
  child.stderr.on("data", (d) => (out += d));
  await once(child, "exit");
  context.equal(out.includes("1 p é"), true, `wscat: ${out}`);
}

async function checkAutomerge(context) {
  const { NodeWSServerAdapter, BrowserWebSocketClientAdapter, WebSocketServerAdapter, WebSocketClientAdapter } =
    await context.load("@automerge/automerge-repo-network-websocket");
  const { Repo } = await context.load("@automerge/automerge-repo");
  const { WebSocketServer, WebSocket } = context.require("ws");
  globalThis.WebSocket ??= WebSocket;
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer });
  const server = new Repo({
    network: [new (NodeWSServerAdapter ?? WebSocketServerAdapter)(wss)],
    peerId: "server",
    sharePolicy: async () => true,
  });
  context.onEnd(() => server.shutdown());
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const client = (id) =>
    new Repo({ network: [new (BrowserWebSocketClientAdapter ?? WebSocketClientAdapter)(url, 200)], peerId: id });
  const a = client("a"),
    b = client("b");
  const handle = a.create({ text: "é" });
  handle.change((d) => {
    d.n = 1;
  });
  let other = null;
  const find = async () => (other = await b.find(handle.url).catch(() => null))?.doc().n;
  await context.eventually(find, 1, "Automerge: a document of another client");
  for (const c of wss.clients) c.terminate();
  handle.change((d) => {
    d.n = 2;
  });
  await context.eventually(() => other.doc().n, 2, "automerge again");
}

async function checkGraphqlTools(context) {
  const { buildGraphQLWSExecutor } = context.require("@graphql-tools/executor-graphql-ws");
  const { useServer } = await context.load("graphql-ws/use/ws");
  const { parse, buildSchema } = context.require("graphql");
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer, path: "/graphql" });
  const schema = buildSchema("type Query { a: String } type Subscription { n: Int }");
  useServer(
    {
      schema,
      roots: {
        query: { a: () => "é" },
        subscription: {
          async *n() {
            for (let n = 0; n < 3; n++) yield { n };
          },
        },
      },
    },
    wss,
  );
  const url = (await listen(context, httpServer)).replace("http", "ws") + "/graphql";
  const execute = buildGraphQLWSExecutor({ url, lazy: true });
  context.equal(
    (await execute({ document: parse("{ a }") })).data?.a ??
      (await (await execute({ document: parse("{ a }") }))[Symbol.asyncIterator]().next()).value.data.a,
    "é",
    "graphql-tools",
  );
  const seen = [];
  for await (const { data } of await execute({ document: parse("subscription { n }") })) seen.push(data.n);
  context.equal(seen, [0, 1, 2], "graphql-tools: a subscription");
  await execute[Symbol.asyncDispose]?.();
}

async function checkOtel(context) {
  writeFileSync(
    `${context.folder}/otel.cjs`,
    `
    const { NodeTracerProvider, SimpleSpanProcessor, InMemorySpanExporter } = require("@opentelemetry/sdk-trace-node");
    const exporter = new InMemorySpanExporter();
    const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.register();
    const { WSInstrumentation } = require("opentelemetry-instrumentation-ws");
    const { registerInstrumentations } = require("@opentelemetry/instrumentation");
    registerInstrumentations({ tracerProvider: provider, instrumentations: [new WSInstrumentation({ sendSpans: true, messageEvents: true })] });
    const { WebSocket, WebSocketServer } = require("ws");
    const WS = require("ws");
    const wss = new WS.Server({ port: 0 }, () => {
      wss.on("connection", (s) => s.on("message", (d) => s.send(String(d))));
      const ws = new WS("ws://127.0.0.1:" + wss.address().port);
      ws.on("open", () => ws.send("x"));
      ws.on("message", () => ws.close());
      ws.on("close", () => setTimeout(() => { console.log(JSON.stringify(exporter.getFinishedSpans().map((s) => s.name + " " + s.kind).sort())); process.exit(0); }, 200));
    });
  `,
  );
  const out = execFileSync(process.execPath, [`${context.folder}/otel.cjs`], { encoding: "utf8", timeout: 15000 });
  const spans = new Set(JSON.parse(out));
  context.equal(spans, new Set(["HTTP GET WS 1", "WS close 2", "WS connect 2", "WS open 2", "WS upgrade 1"]), "spans");
}

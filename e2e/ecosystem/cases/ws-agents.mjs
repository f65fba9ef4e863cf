import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import http, { createServer } from "node:http";
import { createServer as createSecure } from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { certificate } from "../support/imitate.mjs";
import { listen } from "../support/serve.mjs";
import { streamProgram } from "../support/stream-program.mjs";

export const name = "agents for proxies, native addons beside, a worker and sockets in the file system, on ws";
export const packages = {
  "https-proxy-agent": "7.0.6",
  "socks-proxy-agent": "8.0.5",
  hpagent: "1.2.0",
  tunnel: "0.0.6",
  agentkeepalive: "4.6.0",
  "global-agent": "3.0.0",
  bufferutil: "4.1.0",
  "utf-8-validate": "6.0.6",
};
export const replace = ["ws"];

export async function run(context) {
  const checks = [
    checkHttpsProxyAgent,
    checkSocks,
    checkHpagent,
    checkTunnel,
    checkKeepAlive,
    checkWorker,
    checkUnix,
    checkAddons,
    checkGlobalAgent,
  ];
  for (const check of checks) await check(context);
}

async function checkHttpsProxyAgent(context) {
  const { HttpsProxyAgent } = context.require("https-proxy-agent");
  const { tls, plain, secure } = await echoServers(context);
  const proxy = await connectProxy(context);
  await roundTrip(
    context,
    plain,
    { agent: new HttpsProxyAgent(proxy.url.replace("//", "//user:pass@")) },
    "https-proxy-agent to ws",
  );
  await roundTrip(context, secure, { agent: new HttpsProxyAgent(proxy.url), ca: tls.cert }, "https-proxy-agent to wss");
  await roundTrip(
    context,
    secure.replace("127.0.0.1", "localhost"),
    { agent: new HttpsProxyAgent(proxy.url), ca: tls.cert },
    "localhost to wss",
  );
  context.equal(proxy.asked, [`Basic ${btoa("user:pass")}`, null, null], "auth");
  const refusing = await connectProxy(context, { refuse: true });
  const [message] = await fails(context, plain, { agent: new HttpsProxyAgent(refusing.url) });
  context.equal(message, "Unexpected server response: 407", "refused");
}

async function checkSocks(context) {
  const { SocksProxyAgent } = context.require("socks-proxy-agent");
  const seen = [];
  const socks = net.createServer((socket) => {
    socket.once("data", () => {
      socket.write(Buffer.from([5, 0]));
      socket.once("data", (d) => {
        seen.push(d[3]);
        const port = d.readUInt16BE(d.length - 2);
        const upstream = net.connect(port, "127.0.0.1", () => {
          socket.write(Buffer.from([5, 0, 0, 1, 127, 0, 0, 1, 0, 0]));
          upstream.pipe(socket).pipe(upstream);
        });
        upstream.on("error", () => socket.destroy());
        socket.on("error", () => upstream.destroy());
      });
    });
  });
  const url = (await listen(context, socks)).replace("http", "socks5h");
  const { tls, plain, secure } = await echoServers(context);
  await roundTrip(context, plain, { agent: new SocksProxyAgent(url) }, "socks to ws");
  await roundTrip(
    context,
    secure.replace("127.0.0.1", "localhost"),
    { agent: new SocksProxyAgent(url), ca: tls.cert },
    "socks to wss",
  );
  context.equal(seen.length, 2, "socks used");
}

async function checkHpagent(context) {
  const { HttpProxyAgent, HttpsProxyAgent } = context.require("hpagent");
  const { tls, plain, secure } = await echoServers(context);
  const proxy = await connectProxy(context);
  await roundTrip(
    context,
    plain,
    { agent: new HttpProxyAgent({ proxy: proxy.url, keepAlive: true }) },
    "hpagent to ws",
  );
  await roundTrip(
    context,
    secure,
    { agent: new HttpsProxyAgent({ proxy: proxy.url, keepAlive: true }), ca: tls.cert, rejectUnauthorized: false },
    "hpagent to wss",
  );
  context.equal(proxy.asked.length, 2, "used");
}

async function checkTunnel(context) {
  const tunnel = context.require("tunnel");
  const { tls, plain, secure } = await echoServers(context);
  const proxy = await connectProxy(context);
  const at = { host: "127.0.0.1", port: new URL(proxy.url).port };
  await roundTrip(context, plain, { agent: tunnel.httpOverHttp({ proxy: at }) }, "tunnel to ws");
  await roundTrip(
    context,
    secure,
    { agent: tunnel.httpsOverHttp({ proxy: at, ca: [tls.cert] }), ca: tls.cert },
    "tunnel to wss",
  );
  context.equal(proxy.asked.length, 2, "used");
}

async function checkKeepAlive(context) {
  const Agent = context.require("agentkeepalive");
  const url = await echoServer(context);
  const agent = new Agent({ keepAlive: true, maxSockets: 2, freeSocketTimeout: 200, timeout: 400 });
  for (let n = 0; n < 5; n++) await roundTrip(context, url, { agent }, `agentkeepalive ${n}`);
  const { WebSocket } = context.require("ws");
  const webSocket = new WebSocket(url, { agent });
  const seen = [];
  webSocket.on("close", (c) => seen.push(c));
  webSocket.on("error", (e) => seen.push(e.message));
  webSocket.on("message", (d) => seen.push(String(d)));
  await once(webSocket, "open");
  await sleep(900);
  webSocket.send("late");
  await context.eventually(() => seen.length, 1, "late");
  context.equal(seen, ["late"], "idle beyond the timeout of the agent");
  webSocket.terminate();
}

async function checkWorker(context) {
  const url = await echoServer(context);
  const program = `
    const { parentPort, workerData } = require("node:worker_threads");
    const { WebSocket, WebSocketServer } = require("ws");
    const wss = new WebSocketServer({ port: 0 }, () => {
      wss.on("connection", (s) => s.on("message", (d) => s.send(String(d) + "!")));
      const own = new WebSocket("ws://127.0.0.1:" + wss.address().port);
      own.on("open", () => own.send("own")); own.on("message", (d) => { parentPort.postMessage(String(d)); own.close(); wss.close(); });
    });
    const ws = new WebSocket(workerData); ws.binaryType = "arraybuffer";
    ws.on("open", () => ws.send(new Uint8Array(100_000)));
    ws.on("message", (data) => { parentPort.postMessage(data, [data]); ws.close(); });
  `;
  const file = path.join(context.folder, "worker.cjs");
  writeFileSync(file, program);
  const worker = new Worker(file, { workerData: url });
  const got = [];
  worker.on("message", (m) => got.push(m.byteLength ?? m));
  worker.on("error", (e) => got.push(e.message));
  const [code] = await once(worker, "exit");
  context.equal(got.map(String).sort(), ["100000", "own!"], "worker");
  context.equal(code, 0, "exit");
}

async function checkUnix(context) {
  const { WebSocket, WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer, path: "/p" });
  wss.on("connection", (ws, req) => ws.send(JSON.stringify([req.url, req.headers.host])));
  const folder = mkdtempSync(path.join(tmpdir(), "ws-")); // a path of a socket must be short
  context.onEnd(() => rmSync(folder, { recursive: true }));
  const socketPath = path.join(folder, "s");
  await new Promise((resolve) => httpServer.listen(socketPath, resolve));
  context.onEnd(() => (httpServer.closeAllConnections(), httpServer.close()));
  const heard = [];
  for (const [url, options] of [
    [`ws+unix:${socketPath}:/p?a=1`],
    [`ws+unix://${socketPath}:/p`],
    [`ws+unix:${socketPath}`],
    [`ws+unix:${socketPath}:/p`, { agent: new http.Agent({ keepAlive: true }) }],
  ]) {
    const ws = new WebSocket(url, options);
    heard.push(
      await new Promise((resolve) => {
        ws.on("message", (d) => {
          resolve(String(d));
          ws.close();
        });
        ws.on("error", (e) => resolve(e.message));
      }),
    );
  }
  context.equal(
    heard,
    ['["/p?a=1","localhost"]', '["/p","localhost"]', "Unexpected server response: 400", '["/p","localhost"]'],
    "unix",
  );
}

async function checkAddons(context) {
  // Beside the addons that speed the other up.
  context.require("bufferutil");
  context.require("utf-8-validate");
  const url = await echoServer(context);
  await roundTrip(context, url, {}, "addons");
  for (const env of [{}, { WS_NO_BUFFER_UTIL: "1", WS_NO_UTF_8_VALIDATE: "1" }]) {
    writeFileSync(path.join(context.folder, "entry-a.cjs"), streamProgram(false));
    context.equal(
      execFileSync(process.execPath, [path.join(context.folder, "entry-a.cjs")], {
        encoding: "utf8",
        env: { ...process.env, ...env },
      }).trim(),
      "30000 true",
      "addons",
    );
  }
}

async function checkGlobalAgent(context) {
  const proxy = await connectProxy(context);
  const secure = await echoServer(context, certificate(context));
  process.env.GLOBAL_AGENT_HTTP_PROXY = proxy.url;
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
  context.require("global-agent").bootstrap();
  await roundTrip(context, secure, {}, "global-agent");
  context.equal(proxy.asked.length, 1, "used");
}

async function echoServer(context, secure) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = secure ? createSecure(secure) : createServer();
  const wss = new WebSocketServer({ server: httpServer });
  wss.on("connection", (webSocket) => webSocket.on("message", (data, binary) => webSocket.send(data, { binary })));
  return (await listen(context, httpServer)).replace("http", secure ? "wss" : "ws");
}

/** One without and one with encryption, and its certificate. */
async function echoServers(context) {
  const tls = certificate(context);
  return { tls, plain: await echoServer(context), secure: await echoServer(context, tls) };
}

/** An HTTP proxy that knows CONNECT; `asked` has who said what of themselves. */
async function connectProxy(context, { refuse } = {}) {
  const asked = [];
  const proxy = createServer((req, res) => res.writeHead(501).end());
  proxy.on("connect", (req, socket, head) => {
    asked.push(req.headers["proxy-authorization"] ?? null);
    if (refuse) {
      socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
      return;
    }
    const [host, port] = req.url.split(":");
    const upstream = net.connect(Number(port), host, () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      upstream.write(head);
      upstream.pipe(socket).pipe(upstream);
    });
    upstream.on("error", () => socket.destroy());
    socket.on("error", () => upstream.destroy());
  });
  return { url: await listen(context, proxy), asked };
}

async function roundTrip(context, url, options, title) {
  const { WebSocket } = context.require("ws");
  const webSocket = new WebSocket(url, options);
  const heard = [];
  webSocket.on("message", (d, b) => heard.push(b ? d.length : String(d)));
  webSocket.on("error", (e) => heard.push(`error ${e.message}`));
  webSocket.on("close", (c) => heard.push(c));
  webSocket.on("open", () => {
    webSocket.send("é");
    webSocket.send(Buffer.alloc(300_000));
  });
  await context.eventually(() => heard, ["é", 300_000], title);
  webSocket.close(1000);
  await context.eventually(() => heard.at(-1), 1000, `${title} end`);
}

async function fails(context, url, options) {
  const { WebSocket } = context.require("ws");
  const webSocket = new WebSocket(url, options);
  const heard = [];
  webSocket.on("error", (e) => heard.push(e.message));
  webSocket.on("close", (c) => heard.push(c));
  await context.eventually(() => heard.length, 2, "fails");
  return heard;
}

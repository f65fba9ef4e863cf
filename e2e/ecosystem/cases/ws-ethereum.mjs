import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "viem, ethers and web3 on ws";
export const packages = { viem: "2.39.0", ethers: "6.15.0", "web3-providers-ws": "4.0.8" };
export const replace = ["ws"];
export const slow = true;

export async function run(context) {
  const { WebSocketServer } = context.require("ws");
  const httpServer = createServer();
  const wss = new WebSocketServer({ server: httpServer });
  const closed = [];
  wss.on("connection", (webSocket) => {
    answerCalls(webSocket);
    webSocket.on("close", (code) => closed.push(code));
  });
  const url = (await listen(context, httpServer)).replace("http", "ws");
  const drop = () => {
    for (const webSocket of wss.clients) webSocket.terminate();
  };
  await checkViem(context, url, { wss, closed, drop });
  await checkEthers(context, url);
  await checkWeb3(context, url, drop);
}

/** It replaces `close()` of its socket, by which the peer's Close is answered then: without a code. */
async function checkViem(context, url, { wss, closed, drop }) {
  const { createPublicClient, webSocket } = context.require("viem");
  const transport = webSocket(url, { keepAlive: { interval: 500 }, reconnect: { delay: 20, attempts: 5 } });
  const client = createPublicClient({ transport });
  context.equal(await client.getChainId(), 1, "viem: a call");
  drop();
  await context.eventually(() => [closed.length, wss.clients.size], [1, 1], "viem: connects again");
  context.equal(Number(await client.getBlockNumber({ cacheTime: 0 })), 16, "viem: a call after that");
  for (const one of wss.clients) one.close(1011, "reason");
  await context.eventually(() => closed[1], 1005, "viem: the answer to a Close");
  (await client.transport.getRpcClient()).close();
  await context.eventually(() => wss.clients.size, 0, "viem: the end");
}

async function checkEthers(context, url) {
  const { WebSocketProvider } = context.require("ethers");
  const provider = new WebSocketProvider(url);
  const blocks = [];
  provider.on("block", (number) => blocks.push(number));
  context.equal(Number((await provider.getNetwork()).chainId), 1, "ethers: a call");
  await context.eventually(() => blocks, [17], "ethers: a subscription");
  await provider.destroy();
}

async function checkWeb3(context, url, drop) {
  const { WebSocketProvider } = context.require("web3-providers-ws");
  const provider = new WebSocketProvider(url, {}, { delay: 50, maxAttempts: 5, autoReconnect: true });
  const events = [];
  provider.on("connect", () => events.push("connect"));
  provider.on("disconnect", ({ code }) => events.push(code));
  const call = (id) => provider.request({ jsonrpc: "2.0", id, method: "eth_chainId" });
  context.equal((await call(1)).result, "0x1", "web3: a call");
  const connects = () => events.filter((event) => event === "connect").length;
  await context.eventually(connects, 1, "web3: connected");
  drop();
  await context.eventually(connects, 2, "web3: connects again");
  context.equal((await call(2)).result, "0x1", "web3: a call after that");
  provider.disconnect(1000, "reason");
  await context.eventually(() => events.at(-1), 1000, "web3: the end");
}

const RESULTS = { eth_chainId: "0x1", eth_subscribe: "0xabc", eth_blockNumber: "0x10", eth_accounts: [] };

function answerCalls(webSocket) {
  const answer = ({ id, method }) => ({ jsonrpc: "2.0", id, result: RESULTS[method] ?? null });
  webSocket.on("message", (data) => {
    const call = JSON.parse(data);
    webSocket.send(JSON.stringify(Array.isArray(call) ? call.map(answer) : answer(call)));
    if (call.method !== "eth_subscribe") return;
    const params = { subscription: "0xabc", result: { number: "0x11" } };
    setTimeout(() => webSocket.send(JSON.stringify({ jsonrpc: "2.0", method: "eth_subscription", params })), 50);
  });
}

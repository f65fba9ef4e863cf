#!/usr/bin/env node
// Churn for minutes, then quiet: what the server holds must return to what it held before.
//   pnpm soak --minutes 15 [--warm-up 60] [--seed 1] [--clients 60] [--plot soak.svg]
// Heap is compared with that after the warm-up, in seconds: V8 keeps compiling under load, and its code is part of the heap. Most of it
// comes in the first minute (see docs/security.md).
import { fork } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { io } from "@halyard/client";
import { SeededRandom } from "@halyard/testing";

const { values: options } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    "warm-up": { type: "string", default: "60" },
    seed: { type: "string", default: "1" },
    clients: { type: "string", default: "60" },
    plot: { type: "string" },
  },
});
const minutes = positive("minutes");
const warmUpSeconds = positive("warm-up");
const MAX_HEAP_GROWTH_BYTES = 2_000_000;
const SAMPLE_EVERY_MS = Math.max(2_000, (minutes * 60_000) / 60);
const random = new SeededRandom(Number(options.seed));
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const faults = [];
const server = fork(fileURLToPath(new URL("server.mjs", import.meta.url)), { execArgv: ["--expose-gc"] });
const next = (key) =>
  new Promise((resolve) => {
    const read = (message) => {
      if (message[key] === undefined) return;
      server.off("message", read);
      resolve(message[key]);
    };
    server.on("message", read);
  });
server.on("message", ({ fault }) => fault !== undefined && faults.push(fault));
server.on("exit", (code) => faults.push(`the server ended with code ${code}`));
const url = `http://127.0.0.1:${await next("port")}`;
const holdings = () => {
  server.send("holdings");
  return next("holdings");
};

const TRANSPORTS = [["websocket"], ["polling"], ["polling", "websocket"]];
let acts = 0;

/** One visitor: connects somehow, does a few things, leaves somehow. */
async function visit() {
  const namespace = random.chance(0.3) ? `/team-${random.integer(0, 9)}` : "/";
  const client = io(url + namespace, { transports: random.pick(TRANSPORTS), forceNew: true, reconnectionDelay: 50 });
  const isConnected = await new Promise((resolve) => {
    client.once("connect", () => resolve(true));
    client.once("connect_error", () => resolve(false));
    setTimeout(() => resolve(false), 5_000);
  });
  client.on("question", (reply) => random.chance(0.9) && reply("here"));
  for (let n = random.integer(1, 12); isConnected && n > 0; n--) {
    await act(client, namespace).catch(() => {});
    acts += 1;
  }
  leave(client);
}

function act(client, namespace) {
  const room = `room-${random.integer(0, 30)}`;
  if (namespace !== "/") return client.timeout(2_000).emitWithAck("hello", random.next());
  switch (random.integer(0, 6)) {
    case 0:
      return client.timeout(2_000).emitWithAck("echo", { text: "x".repeat(random.integer(0, 3_000)) });
    case 1:
      return client.timeout(2_000).emitWithAck("echo", Buffer.alloc(random.integer(1, 20_000), 1));
    case 2:
      client.emit("join", room);
      return sleep(random.integer(0, 20));
    case 3:
      client.emit("leave", room);
      return sleep(0);
    case 4:
      client.emit("tell", room, random.next());
      return sleep(random.integer(0, 20));
    case 5:
      return client.timeout(2_000).emitWithAck("ask-all", room);
    default:
      client.volatile.emit("tell", room, "volatile");
      return sleep(random.integer(0, 10));
  }
}

/** Politely, by losing the line, or thrown out by the server. */
function leave(client) {
  if (random.chance(0.2)) {
    client.emit("out");
    setTimeout(() => client.disconnect(), 500);
  } else if (random.chance(0.3)) {
    client.io.engine?.close();
    setTimeout(() => client.disconnect(), random.integer(0, 300));
  } else client.disconnect();
}

const QUIET_MS = 20_000;
async function churn(durationMs) {
  const endMs = Date.now() + durationMs;
  await Promise.all(
    Array.from({ length: Number(options.clients) }, async () => {
      while (Date.now() < endMs) await visit();
    }),
  );
}

await churn(warmUpSeconds * 1_000);
acts = 0;
await sleep(QUIET_MS);
const before = await holdings();
console.log("before", JSON.stringify(before));

const samples = [];
const startMs = Date.now();
async function sample() {
  const { heapBytes, sessions } = await holdings();
  samples.push([(Date.now() - startMs) / 60_000, heapBytes / 1e6, sessions]);
}
const sampler = setInterval(() => void sample(), SAMPLE_EVERY_MS);
await churn(minutes * 60_000);
clearInterval(sampler);
await sleep(QUIET_MS);
const after = await holdings();
console.log("after ", JSON.stringify(after));

const growth = (key) => ((after[key] - before[key]) / 1e6).toFixed(2);
const problems = [...faults];
if (after.heapBytes - before.heapBytes > MAX_HEAP_GROWTH_BYTES) problems.push(`heap grew by ${growth("heapBytes")} MB`);
for (const key of ["sessions", "sockets", "rooms"])
  if (after[key] !== 0) problems.push(`${after[key]} ${key} are left`);
for (const key of ["descriptors", "timers", "listeners"])
  if (after[key] > before[key]) problems.push(`${key} went from ${before[key]} to ${after[key]}`);

if (options.plot !== undefined) writeFileSync(options.plot, plot(samples));
console.log(
  `${acts} actions in ${minutes} minutes; heap ${growth("heapBytes")} MB, V8's code ${growth("codeBytes")} MB`,
);
for (const problem of problems) console.error(`FAILED: ${problem}`);
console.log(problems.length === 0 ? "1 passed, 0 failed" : "0 passed, 1 failed");
server.removeAllListeners("exit");
server.disconnect();
process.exit(problems.length === 0 ? 0 : 1);

function positive(name) {
  const value = Number(options[name]);
  if (!(value > 0)) {
    console.error(`--${name} is "${options[name]}", a positive number is needed`);
    process.exit(2);
  }
  return value;
}

/** Heap after garbage collection over time, as SVG. */
function plot(points) {
  const [width, height, pad] = [640, 240, 40];
  const maxX = Math.max(...points.map(([x]) => x), 0.1);
  const maxY = Math.max(...points.map(([, y]) => y)) * 1.2;
  const at = ([x, y]) =>
    `${(pad + (x / maxX) * (width - 2 * pad)).toFixed(1)} ${(height - pad - (y / maxY) * (height - 2 * pad)).toFixed(1)}`;
  const text = (x, y, content) => `<text x="${x}" y="${y}">${content}</text>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="12">
<rect width="${width}" height="${height}" fill="#fff"/>
<path d="M${pad} ${pad}V${height - pad}H${width - pad}" fill="none" stroke="#999"/>
<path d="M${points.map(at).join("L")}" fill="none" stroke="#1a5fd0" stroke-width="2"/>
${text(pad, pad - 12, `heap after garbage collection under churn, MB (top of scale ${maxY.toFixed(1)})`)}
${text(width - pad - 70, height - 12, `${maxX.toFixed(1)} minutes`)}
</svg>
`;
}

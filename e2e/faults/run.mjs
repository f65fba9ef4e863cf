#!/usr/bin/env node
// Real faults: a proxy cuts, delays, truncates, half-closes and silences the lines between clients and a server.
//   pnpm faults --seeds 3 --seconds 60 [--first-seed 1] [--only halyard,socket.io] [--clients 20]
import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { io as ours } from "@halyard/client";
import { SeededRandom } from "@halyard/testing";
import { io as theirs } from "socket.io-client";
import { Chatter } from "./chatter.mjs";
import { FaultyProxy } from "./proxy.mjs";

const { values: options } = parseArgs({
  options: {
    seeds: { type: "string", default: "1" },
    seconds: { type: "string", default: "5" },
    "first-seed": { type: "string", default: "1" },
    /** client,server */
    only: { type: "string" },
    clients: { type: "string", default: "9" },
  },
});
const CLIENTS = { halyard: ours, "socket.io": theirs };
const HEAL_MS = 20_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const unhandled = [];
process.on("uncaughtException", (error) => unhandled.push(String(error.stack)));
process.on("unhandledRejection", (error) => unhandled.push(String(error)));
let failed = 0;
let passed = 0;
for (const client of Object.keys(CLIENTS)) {
  for (const server of Object.keys(CLIENTS)) {
    if (options.only !== undefined && options.only !== `${client},${server}`) continue;
    for (let n = 0; n < Number(options.seeds); n++) await report(client, server, Number(options["first-seed"]) + n);
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

async function report(client, server, seed) {
  const { problems, summary } = await run(client, server, seed);
  console.log(
    `client ${client}, server ${server}, seed ${seed}: ${problems.length === 0 ? "ok" : "FAILED"} (${summary})`,
  );
  for (const problem of problems) console.log(`  ${problem}`);
  if (problems.length === 0) passed++;
  else {
    failed++;
    console.log(`  pnpm faults --only ${client},${server} --first-seed ${seed} --seconds ${options.seconds}`);
  }
}

async function run(clientName, serverName, seed) {
  const random = new SeededRandom(seed);
  const script = fileURLToPath(new URL("server.mjs", import.meta.url));
  const server = fork(script, { env: { ...process.env, FAULTS_SERVER: serverName } });
  const problems = [];
  const received = new Map();
  server.on("message", ({ said, fault }) => {
    if (fault !== undefined) problems.push(fault);
    if (said === undefined) return;
    const [index, number, orderedBy] = said;
    received.set(index, [...(received.get(index) ?? []), { number, orderedBy }]);
  });
  const port = await new Promise((resolve) => server.on("message", (message) => message.port && resolve(message.port)));
  const proxy = new FaultyProxy(random, port);
  const url = `http://127.0.0.1:${await proxy.listen()}`;
  const chatters = Array.from(
    { length: Number(options.clients) },
    (_, index) => new Chatter(CLIENTS[clientName], url, index),
  );

  const endMs = Date.now() + Number(options.seconds) * 1_000;
  while (Date.now() < endMs) {
    for (const chatter of chatters) chatter.say();
    await sleep(50);
  }
  proxy.heal();
  await until(() => chatters.every((chatter) => chatter.isSettled));
  await sleep(500);
  server.send({ final: true });
  await until(() => chatters.every((chatter) => chatter.final !== null));
  // A recovered client has missed nothing. Socket.IO 4.8.4 restores sessions without their rooms when the old connection ends after
  // the new one has taken over: what was sent to those rooms meanwhile is missing, with its own client as well as with ours.
  const promisesNoGap = serverName === "halyard";
  for (const chatter of chatters) problems.push(...chatter.check(received.get(chatter.index) ?? [], promisesNoGap));
  problems.push(...unhandled.splice(0));
  for (const chatter of chatters) chatter.leave();
  proxy.close();
  server.disconnect();
  const sum = (key) => chatters.reduce((total, chatter) => total + chatter[key], 0);
  const faults = Object.values(proxy.faults).reduce((total, count) => total + count, 0);
  return {
    problems,
    summary: `${faults} faults, ${sum("said")} said, ${sum("connects")} connects, ${sum("recovered")} recovered`,
  };
}

/** Waits; whoever is not there by then is found by {@link Chatter.check}. */
async function until(isTrue) {
  const endMs = Date.now() + HEAL_MS;
  while (!isTrue() && Date.now() < endMs) await sleep(20);
}

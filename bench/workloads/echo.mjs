import { setTimeout as pause } from "node:timers/promises";
import { clientFrame } from "../load/frames.mjs";
import { connectAll } from "../load/peer.mjs";

const CLIENTS = 100;
/** Enough that the event loop of an idle server does not count. */
const beatingAt = (scale) => Math.max(1_000, Math.round(2_000 * scale));

/** Every client keeps `depth` messages on the way; each reply must be the next one of its own sequence. */
function echo({ depth, kind }) {
  return async ({ server, scale, measure }) => {
    const peers = await connectAll(server.port, CLIENTS);
    const total = Math.round(60_000 * scale);
    await play(peers, Math.round(total / 3), depth, kind);
    const cpuUs = await measure(() => play(peers, total, depth, kind));
    for (const peer of peers) peer.close();
    return cpuUs / total;
  };
}

const SHAPES = {
  echo: { request: (n) => `42["echo",{"n":${n},"s":"hello"}]`, reply: (n) => `42["echo",{"n":${n},"s":"hello"}]` },
  ack: { request: (n) => `42${n}["ack",{"n":${n},"s":"hello"}]`, reply: (n) => `43${n}[{"n":${n},"s":"hello"}]` },
};

function play(peers, total, depth, kind) {
  const { request, reply } = SHAPES[kind];
  const each = Math.ceil(total / peers.length);
  return Promise.all(
    peers.map(
      (peer) =>
        new Promise((resolve, reject) => {
          let sent = 0;
          let received = 0;
          const send = (count) => {
            const frames = [];
            for (; count > 0 && sent < each; count--)
              frames.push(clientFrame(1, Buffer.from(request(100_000 + sent++))));
            if (frames.length > 0) peer.write(Buffer.concat(frames));
          };
          peer.onText = (text) => {
            if (text !== reply(100_000 + received)) return reject(new Error(`expected reply ${received}, got ${text}`));
            received += 1;
            if (received === each) return resolve();
            // Refill half of the window at once, so that messages travel in groups as they do under load.
            if (depth === 1 || received % (depth / 2) === 0) send(depth === 1 ? 1 : depth / 2);
            return undefined;
          };
          send(depth);
        }),
    ),
  );
}

const BYTES = 1024;

async function binaryEcho({ server, scale, measure }) {
  const peers = await connectAll(server.port, 50);
  const payload = Buffer.alloc(BYTES, "halyard");
  const event = `451-["echo",{"_placeholder":true,"num":0}]`;
  const message = Buffer.concat([clientFrame(1, Buffer.from(event)), clientFrame(2, payload)]);
  const play = (total) =>
    Promise.all(
      peers.map(
        (peer) =>
          new Promise((resolve, reject) => {
            let left = Math.ceil(total / peers.length);
            peer.onBinary = (data) => {
              if (!data.equals(payload)) return reject(new Error("the binary echo differs"));
              left -= 1;
              return left === 0 ? resolve() : peer.write(message);
            };
            peer.write(message);
          }),
      ),
    );
  const total = Math.round(20_000 * scale);
  await play(total / 4);
  const cpuUs = await measure(() => play(total));
  for (const peer of peers) peer.close();
  return cpuUs / total;
}

async function connect({ server, scale, measure }) {
  const total = Math.round(2_000 * scale);
  const open = async (count) => {
    for (const peer of await connectAll(server.port, count, { width: 20 })) peer.close();
  };
  await open(Math.round(total / 2));
  const cpuUs = await measure(() => open(total));
  return cpuUs / total;
}

async function idleMemory({ server, scale }) {
  const first = Math.round(500 * scale);
  const more = Math.round(4_000 * scale);
  const peers = await connectAll(server.port, first);
  const before = await server.memory();
  peers.push(...(await connectAll(server.port, more)));
  const after = await server.memory();
  for (const peer of peers) peer.close();
  return (after.rss - before.rss) / more;
}

/** Idle connections with a heartbeat a second; what they cost per ping and pong. */
async function heartbeat({ server, scale, measure }) {
  const peers = await connectAll(server.port, beatingAt(scale));
  const pings = () => peers.reduce((sum, peer) => sum + peer.pings, 0);
  await pause(1_500);
  const before = pings();
  const cpuUs = await measure(() => pause(4_000));
  const counted = pings() - before;
  for (const peer of peers) peer.close();
  if (counted < peers.length * 2) throw new Error(`${peers.length} connections had ${counted} heartbeats in 4 s`);
  return cpuUs / counted;
}

/** CPU microseconds of the server per unit, except where the unit says bytes. */
export const ECHO_WORKLOADS = [
  {
    name: "echo-1",
    title: "echo, one message on the way per client",
    unit: "µs CPU / message",
    connections: CLIENTS,
    run: echo({ depth: 1, kind: "echo" }),
  },
  {
    name: "echo-16",
    title: "echo, 16 messages on the way per client",
    unit: "µs CPU / message",
    connections: CLIENTS,
    run: echo({ depth: 16, kind: "echo" }),
  },
  {
    name: "ack-16",
    title: "emit with acknowledgement, 16 on the way",
    unit: "µs CPU / acknowledgement",
    connections: CLIENTS,
    run: echo({ depth: 16, kind: "ack" }),
  },
  { name: "binary-1k", title: "binary echo, 1 KiB", unit: "µs CPU / message", connections: 50, run: binaryEcho },
  {
    name: "connect",
    title: "connect over websocket, join the namespace",
    unit: "µs CPU / connection",
    connections: 20,
    run: connect,
  },
  {
    name: "heartbeat",
    title: "heartbeat of idle connections",
    unit: "µs CPU / ping and pong",
    connections: beatingAt,
    env: { BENCH_PING_INTERVAL_MS: "1000" },
    run: heartbeat,
  },
  {
    name: "idle-memory",
    title: "resident memory of an idle connection",
    unit: "bytes / connection",
    connections: (scale) => Math.round(4_500 * scale),
    run: idleMemory,
  },
];

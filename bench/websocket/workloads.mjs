import { clientFrame, FrameReader } from "../load/frames.mjs";
import { inflate, upgrade } from "../load/peer.mjs";

const TEXT = 1;
const CLIENTS = 50;
/** Echoes before the measured ones, at any scale: compiling the code costs more than running it before that. */
const WARM_UP = 20_000;
const SHORT = "x".repeat(60);
const KIB = JSON.stringify({ rows: Array.from({ length: 50 }, (_, n) => ({ id: n, name: `row ${n}` })) }).slice(
  0,
  1024,
);

/** One raw connection; `onText` gets what the server sends, inflated. */
async function open(port, deflate) {
  const socket = await upgrade(port, deflate, "/");
  const peer = { onText: () => {}, write: (frames) => socket.write(frames), close: () => socket.destroy() };
  const reader = new FrameReader((opcode, payload, isCompressed) => {
    if (opcode === TEXT) peer.onText(isCompressed ? inflate(payload) : payload);
  });
  socket.on("data", (chunk) => reader.push(chunk));
  return peer;
}

async function openAll(port, count, deflate = false) {
  const peers = [];
  while (peers.length < count) {
    const width = Math.min(50, count - peers.length);
    peers.push(...(await Promise.all(Array.from({ length: width }, () => open(port, deflate)))));
  }
  return peers;
}

/** The library alone, without sockets: see `questions` of the server. */
function inMemory(question) {
  return async ({ server, scale }) => {
    const count = Math.round(10_000 * scale) * 100;
    await server.ask(question, { count: count / 4, text: SHORT });
    return ((await server.ask(question, { count, text: SHORT })) * 1000) / count;
  };
}

/** Every client keeps `depth` messages on the way; each reply must be what was sent. */
function echo({ depth, text, total, deflate = false }) {
  return async ({ server, scale, measure }) => {
    const peers = await openAll(server.port, CLIENTS, deflate);
    const expected = Buffer.from(text);
    const group = Buffer.concat(Array.from({ length: Math.max(1, depth / 2) }, () => clientFrame(TEXT, expected)));
    const play = (count) =>
      Promise.all(
        peers.map(
          (peer) =>
            new Promise((resolve, reject) => {
              const each = Math.ceil(count / peers.length / depth) * depth;
              const step = Math.max(1, depth / 2);
              let sent = 0;
              let received = 0;
              const send = () => {
                if (sent >= each) return;
                sent += step;
                peer.write(group);
              };
              peer.onText = (data) => {
                if (!data.equals(expected)) return reject(new Error(`the echo of ${text.length} bytes differs`));
                received += 1;
                if (received % step === 0) send();
                return received === each ? resolve() : undefined;
              };
              send();
              if (depth > 1) send();
            }),
        ),
      );
    const count = Math.round(total * scale);
    await play(Math.max(count / 4, WARM_UP));
    const cpuUs = await measure(() => play(count));
    for (const peer of peers) peer.close();
    return cpuUs / (Math.ceil(count / CLIENTS / depth) * depth * CLIENTS);
  };
}

/** One broadcast to `size`; the next one starts when every member has it. */
function broadcast({ size, deflate = false }) {
  return async ({ server, scale, measure }) => {
    const peers = await openAll(server.port, size, deflate);
    const expected = Buffer.from(await server.ask("news"));
    let arrived = 0;
    let done = () => {};
    for (const peer of peers) {
      peer.onText = (data) => {
        if (!data.equals(expected)) throw new Error("the broadcast differs");
        if (++arrived === size) done();
      };
    }
    const trigger = clientFrame(TEXT, Buffer.from("b"));
    const play = async (count) => {
      for (let i = 0; i < count; i++) {
        arrived = 0;
        const all = new Promise((resolve) => (done = resolve));
        peers[0].write(trigger);
        await all;
      }
    };
    const rounds = Math.max(3, Math.round((60_000 * scale) / size));
    await play(Math.ceil(rounds / 4));
    const cpuUs = await measure(() => play(rounds));
    for (const peer of peers) peer.close();
    return cpuUs / (rounds * size);
  };
}

/** Resident memory per connection that has exchanged one message of 1 KiB and is silent since. */
function idle({ deflate = false }) {
  return async ({ server, scale }) => {
    const message = clientFrame(TEXT, Buffer.from(KIB));
    const openUsed = async (count) => {
      const peers = await openAll(server.port, count, deflate);
      for (const peer of peers) {
        await new Promise((resolve) => {
          peer.onText = resolve;
          peer.write(message);
        });
      }
      return peers;
    };
    const more = Math.round(2_000 * scale);
    const peers = await openUsed(Math.round(more / 8));
    const before = await server.memory();
    peers.push(...(await openUsed(more)));
    const after = await server.memory();
    for (const peer of peers) peer.close();
    return (after.rss - before.rss) / more;
  };
}

const DEFLATE = { BENCH_DEFLATE: "1" };
const SINK = { BENCH_SINK: "1" };
const MESSAGE = "µs CPU / message";

export const WEBSOCKET_WORKLOADS = [
  { name: "parse", title: "parse text of 60 bytes, up to the event", unit: "ns CPU / message", run: inMemory("parse") },
  {
    name: "parse-sink",
    title: "the same, into our sink",
    unit: "ns CPU / message",
    env: SINK,
    run: inMemory("parse"),
  },
  { name: "encode", title: "send text of 60 bytes, 16 a tick", unit: "ns CPU / message", run: inMemory("encode") },
  {
    name: "echo-1",
    title: "echo of 60 bytes, one on the way per client",
    unit: MESSAGE,
    run: echo({ depth: 1, text: SHORT, total: 40_000 }),
  },
  {
    name: "echo-16",
    title: "echo of 60 bytes, 16 on the way per client",
    unit: MESSAGE,
    run: echo({ depth: 16, text: SHORT, total: 160_000 }),
  },
  {
    name: "echo-16-sink",
    title: "the same, by our sink",
    unit: MESSAGE,
    env: SINK,
    run: echo({ depth: 16, text: SHORT, total: 160_000 }),
  },
  {
    name: "broadcast",
    title: "broadcast of 1 KiB to 1,000",
    unit: "µs CPU / delivery",
    run: broadcast({ size: 1_000 }),
  },
  {
    name: "deflate-echo",
    title: "echo of 1 KiB, compressed",
    unit: MESSAGE,
    env: DEFLATE,
    run: echo({ depth: 4, text: KIB, total: 20_000, deflate: true }),
  },
  {
    name: "deflate-broadcast",
    title: "broadcast of 1 KiB to 1,000, compressed",
    unit: "µs CPU / delivery",
    env: DEFLATE,
    run: broadcast({ size: 1_000, deflate: true }),
  },
  { name: "idle", title: "resident memory of an idle connection", unit: "bytes / connection", run: idle({}) },
  {
    name: "deflate-idle",
    title: "the same, compressed",
    unit: "bytes / connection",
    env: DEFLATE,
    run: idle({ deflate: true }),
  },
];

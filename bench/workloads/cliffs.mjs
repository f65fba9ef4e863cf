import { connectAll, Peer } from "../load/peer.mjs";

// Loads that make a server stumble. Each gives the longest delays of the event loop and the peak of resident memory.
const KIB = "x".repeat(1_024);
/** More than the kernel takes for a socket that nobody reads from. */
const FILL = { count: 16, text: "x".repeat(524_288) };

/** Resolves when `peer` has had events 0 to `count` - 1 of "news", each once and in order. */
function inOrder(peer, count) {
  let next = 0;
  return new Promise((resolve, reject) => {
    peer.onText = (text) => {
      if (!text.startsWith(`42["news",${next},`))
        return reject(new Error(`expected event ${next}, got ${text.slice(0, 40)}`));
      next += 1;
      return next === count ? resolve() : undefined;
    };
  });
}

async function strained({ server, measure }, work) {
  await server.ask("watch");
  const cpuUs = await measure(work);
  return { ...(await server.ask("strain")), cpuMs: cpuUs / 1_000 };
}

/** Ten peers stop reading, ten go on; each is sent 32 MB of its own messages. Those that read get everything. */
async function slowConsumer(context) {
  const turns = Math.max(20, Math.round(1_000 * context.scale));
  const perTurn = 8;
  const peers = await connectAll(context.server.port, 20);
  const [stalled, reading] = [peers.slice(0, 10), peers.slice(10)];
  for (const peer of stalled) peer.pause();
  const all = reading.map((peer) => inOrder(peer, turns * perTurn));
  return strained(context, async () => {
    reading[0].emit("stream", turns, perTurn, KIB.repeat(4));
    await Promise.all(all);
  });
}

const membersAt = (scale) => Math.max(200, Math.round(10_000 * Math.min(1, scale)));
const clientsAt = (scale) => Math.max(50, Math.round(5_000 * Math.min(1, scale)));

/** Broadcasts to a room where one member of a hundred does not read. */
async function stalledMembers(context) {
  const size = membersAt(context.scale);
  const broadcasts = Math.max(5, Math.round(30 * Math.min(1, context.scale)));
  const peers = await connectAll(context.server.port, size);
  const stalled = peers.filter((_, n) => n % 100 === 0);
  const reading = peers.filter((_, n) => n % 100 !== 0);
  const join = (list, room) => Promise.all(list.map((peer) => peer.ask("join", [room])));
  await join(peers, "all");
  await join(stalled, "stalled");
  for (const peer of stalled) peer.pause();
  for (let n = 0; n < FILL.count; n++) reading[0].emit("broadcast", "stalled", FILL.text);
  await reading[0].ask("ack", "filled");
  const expected = `42["news",${JSON.stringify(KIB)}]`;
  return strained(context, async () => {
    for (let n = 0; n < broadcasts; n++) {
      await Promise.all([everyone(reading, expected), reading[0].emit("broadcast", "all", KIB)]);
    }
  });
}

function everyone(peers, expected) {
  let left = peers.length;
  return new Promise((resolve, reject) => {
    const onText = (text) => {
      if (text !== expected) return reject(new Error(`unexpected broadcast ${text.slice(0, 40)}`));
      left -= 1;
      return left === 0 ? resolve() : undefined;
    };
    for (const peer of peers) peer.onText = onText;
  });
}

/** One handler emits all events before the event loop turns. */
async function burstOut(context) {
  const count = Math.max(100, Math.round(50_000 * context.scale));
  const [peer] = await connectAll(context.server.port, 1);
  const all = inOrder(peer, count);
  return strained(context, () => {
    peer.emit("burst", count, { s: "hello" });
    return all;
  });
}

/** All clients lose their connection at once, and all are back at once. */
async function reconnectStorm(context) {
  const count = clientsAt(context.scale);
  const peers = await connectAll(context.server.port, count);
  return strained(context, async () => {
    for (const peer of peers) peer.close();
    await Promise.all(Array.from({ length: count }, () => Peer.connect(context.server.port)));
  });
}

export const FIGURES = {
  p99Ms: { title: "event-loop delay p99", unit: "ms" },
  maxMs: { title: "longest event-loop delay", unit: "ms" },
  peakMb: { title: "peak resident memory", unit: "MB" },
  cpuMs: { title: "CPU time", unit: "ms" },
};

export const CLIFFS = [
  {
    name: "slow-consumer",
    title: "10 clients that do not read, 10 that do, 32 MB to each",
    connections: 20,
    run: slowConsumer,
  },
  {
    name: "stalled-members",
    title: "30 broadcasts of 1 KiB to a room of 10,000, 1 % of them stalled",
    connections: (scale) => membersAt(scale),
    run: stalledMembers,
  },
  { name: "burst", title: "50,000 events to one client in one tick", connections: 1, run: burstOut },
  {
    name: "reconnect-storm",
    title: "5,000 clients reconnect at once",
    connections: (scale) => 2 * clientsAt(scale),
    run: reconnectStorm,
  },
];

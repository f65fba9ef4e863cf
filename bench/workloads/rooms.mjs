import { connectAll } from "../load/peer.mjs";

const JSON_1K = { rows: Array.from({ length: 24 }, (_, n) => ({ id: n, name: `row number ${n}`, ok: n % 2 === 0 })) };

/** One broadcast to a room of `size`; the next one starts when every member has it. */
export function broadcast({ size, deflate = false, value = { s: "x".repeat(80) } }) {
  return async ({ server, scale, measure }) => {
    const peers = await connectAll(server.port, size, { deflate });
    await Promise.all(peers.map((peer) => peer.ask("join", ["room"])));
    const rounds = Math.max(3, Math.round((100_000 * scale) / size));
    let arrived = 0;
    let done = () => {};
    const expected = `42["news",${JSON.stringify(value)}]`;
    for (const peer of peers) {
      peer.onText = (text) => {
        if (text !== expected) throw new Error(`unexpected broadcast ${text}`);
        arrived += 1;
        if (arrived === size) done();
      };
    }
    const play = async (count) => {
      for (let i = 0; i < count; i++) {
        arrived = 0;
        const all = new Promise((resolve) => (done = resolve));
        peers[0].emit("broadcast", "room", value);
        await all;
      }
    };
    await play(Math.ceil(rounds / 4));
    const cpuUs = await measure(() => play(rounds));
    for (const peer of peers) peer.close();
    return cpuUs / (rounds * size);
  };
}

/** 50 joins and 50 leaves per message, over `rooms` rooms. */
function churn({ rooms }) {
  return async ({ server, scale, measure }) => {
    const peers = await connectAll(server.port, 50);
    const names = Array.from({ length: rooms }, (_, n) => `room:${n}`);
    const play = async (count) => {
      for (let i = 0; i < count; i++) {
        await Promise.all(
          peers.map((peer, p) =>
            peer.ask(
              "churn",
              Array.from({ length: 50 }, (_, k) => names[(p * 37 + i * 53 + k * 13) % rooms]),
            ),
          ),
        );
      }
    };
    const turns = Math.max(2, Math.round(20 * scale));
    await play(Math.ceil(turns / 4));
    const cpuUs = await measure(() => play(turns));
    for (const peer of peers) peer.close();
    return cpuUs / (turns * peers.length * 50);
  };
}

export const ROOM_WORKLOADS = [
  {
    name: "broadcast-1000",
    title: "broadcast to a room of 1,000",
    unit: "µs CPU / delivery",
    connections: 1_000,
    run: broadcast({ size: 1_000 }),
  },
  {
    name: "broadcast-deflate",
    title: "broadcast of 1 KiB of JSON to 500, compressed",
    unit: "µs CPU / delivery",
    connections: 500,
    env: { BENCH_DEFLATE: "1" },
    run: broadcast({ size: 500, deflate: true, value: JSON_1K }),
  },
  {
    name: "room-churn",
    title: "join and leave, 5,000 rooms",
    unit: "µs CPU / pair",
    connections: 50,
    run: churn({ rooms: 5_000 }),
  },
];

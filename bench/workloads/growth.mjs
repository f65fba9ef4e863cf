import { connectAll } from "../load/peer.mjs";
import { broadcast } from "./rooms.mjs";

const PEERS = 50;
const PER_MESSAGE = 50;
const VALUE = { s: "hello" };

/** What `count` connections cost, beyond the first hundred: CPU time to accept one, memory to keep it. */
function hold(count) {
  return async ({ server, measure }) => {
    await connectAll(server.port, 100);
    const before = await server.memory();
    const cpuUs = await measure(() => connectAll(server.port, count));
    const after = await server.memory();
    return { connect: cpuUs / count, resident: (after.rss - before.rss) / count };
  };
}

/**
 * `rooms` rooms exist throughout. Peers join and leave some of them, 50 at a time, and emit to one room except the members of
 * another, which is one delivery whatever the number of rooms: of the two members of a "room" one is in every "mute" as well.
 */
function useRooms(rooms) {
  return async ({ server, scale, measure }) => {
    const half = rooms / 2;
    const targets = Array.from({ length: half }, (_, n) => `room:${n}`);
    const mutes = Array.from({ length: half }, (_, n) => `mute:${n}`);
    const [heard, muted, ...peers] = await connectAll(server.port, PEERS + 2);
    for (let at = 0; at < half; at += 5_000) {
      await heard.ask("join", targets.slice(at, at + 5_000));
      await muted.ask("join", targets.slice(at, at + 5_000));
      await muted.ask("join", mutes.slice(at, at + 5_000));
    }
    const choice = (peer, turn) =>
      Array.from({ length: PER_MESSAGE }, (_, k) => {
        const n = (peer * 37 + turn * 53 + k * 13) % rooms;
        return n < half ? targets[n] : mutes[n - half];
      });
    const pairs = (peer, turn) =>
      Array.from({ length: PER_MESSAGE }, (_, k) => {
        const n = (peer * 37 + turn * 53 + k * 13) % half;
        return [targets[n], mutes[half - 1 - n]];
      });
    const everyPeer = (message) => Promise.all(peers.map((peer, p) => peer.ask(...message(p))));
    const turns = Math.max(4, Math.round(40 * scale));
    const spent = { join: 0, leave: 0, except: 0 };
    for (let turn = 0; turn < turns * 1.5; turn++) {
      const join = await measure(() => everyPeer((peer) => ["join", choice(peer, turn)]));
      const leave = await measure(() => everyPeer((peer) => ["leave", choice(peer, turn)]));
      const except = await measure(() => everyPeer((peer) => ["scatter", pairs(peer, turn), VALUE]));
      if (turn < turns / 2) continue; // warm-up
      spent.join += join;
      spent.leave += leave;
      spent.except += except;
    }
    const units = turns * PEERS * PER_MESSAGE;
    return { join: spent.join / units, leave: spent.leave / units, except: spent.except / units };
  };
}

const line = (name, title, unit, figure) => ({ name, title, unit, figure });
const points = (sizes, run, connections) => sizes.map((x) => ({ x, connections: connections(x), run: run(x) }));

/** Families of points: each run gives one figure per line, and every line should be flat. */
export const GROWTH = [
  {
    name: "broadcast",
    axis: "members of the room",
    lines: [line("broadcast", "broadcast, per delivery", "µs CPU", "delivery")],
    points: points(
      [10, 100, 1_000, 10_000],
      (size) => async (context) => ({ delivery: await broadcast({ size })(context) }),
      (size) => size,
    ),
  },
  {
    name: "connections",
    axis: "connections",
    lines: [
      line("connect", "accept a connection, join the namespace", "µs CPU", "connect"),
      line("memory", "resident memory, per connection", "bytes", "resident"),
    ],
    points: points([100, 1_000, 3_000, 10_000], hold, (count) => count + 100),
  },
  {
    name: "rooms",
    axis: "rooms that exist",
    lines: [
      line("join", "join a room", "µs CPU", "join"),
      line("leave", "leave a room", "µs CPU", "leave"),
      line("except", "to(room).except(other).emit(), one delivery", "µs CPU", "except"),
    ],
    points: points([10, 100, 1_000, 10_000, 100_000], useRooms, () => PEERS + 2),
  },
];

import { markdown } from "./table.mjs";
import { format } from "./statistics.mjs";

// What nodes of one core and 16 GB carry, computed from the measured cost of one unit of each kind of work.
const MEMORY_BYTES = 16e9;
/** Left for the kernel's socket buffers, the heap of the application and growth between two collections. */
const MEMORY_SHARE = 0.6;
/** A core is planned for at most this share: beyond it queues grow. */
const CPU_SHARE = 0.7;
const PING_INTERVAL_S = 25;
const MEMBERS = 1_000;

const ours = (section, match) => section?.rows.find(match)?.result.ours;

/** Costs in microseconds and bytes, or null while the tables they come from are not measured. */
export function unitCosts({ table, growth }) {
  const named = (name) => ours(table, (row) => row.name === name);
  const costs = {
    echo: named("echo-1"),
    batched: named("echo-16"),
    delivery: named("broadcast-1000"),
    connect: named("connect"),
    heartbeat: named("heartbeat"),
    bytes: ours(growth, (row) => row.name === "memory" && row.x === 10_000),
  };
  return Object.values(costs).includes(undefined) ? null : costs;
}

/** What one node carries; every figure follows from `costs` by the formula that the page shows beside it. */
export function oneNode({ echo, batched, delivery, connect, heartbeat, bytes }) {
  const budgetUs = CPU_SHARE * 1e6;
  const byMemory = (MEMORY_BYTES * MEMORY_SHARE) / bytes;
  const byHeartbeat = (budgetUs * PING_INTERVAL_S) / heartbeat;
  return {
    byMemory,
    byHeartbeat,
    connections: Math.min(byMemory, byHeartbeat),
    heartbeatShare: (byMemory * heartbeat) / PING_INTERVAL_S / 1e6,
    echoes: budgetUs / echo,
    batchedEchoes: budgetUs / batched,
    deliveries: budgetUs / delivery,
    connects: budgetUs / connect,
  };
}

/**
 * `nodes` nodes behind Redis. A broadcast to a room of `members` spread evenly costs `members` deliveries somewhere, and on every node
 * that must look at it one `receive`: parsing the message of the bus, which costs about what a batched message from a client does.
 * With rooms that live on `spread` nodes and a channel per room (sharded pub/sub), only those nodes look.
 */
export function cluster({ delivery, batched }, nodes, { members = MEMBERS, spread = nodes } = {}) {
  const budgetUs = CPU_SHARE * 1e6;
  const perBroadcastUs = members * delivery + spread * batched;
  return {
    broadcasts: (nodes * budgetUs) / perBroadcastUs,
    /** What adding nodes approaches and never passes: every node spends its whole budget on the bus. */
    ceiling: spread === 0 ? null : (nodes / spread) * (budgetUs / batched),
    busShare: (spread * batched) / perBroadcastUs,
  };
}

const count = (value) => Number(value.toPrecision(2)).toLocaleString("en-US");
const percent = (value) => `${value < 0.1 ? (100 * value).toFixed(1) : Math.round(100 * value)} %`;

export function modelText(figures) {
  const costs = unitCosts(figures);
  if (costs === null) return null;
  return [costTable(costs), nodeTable(oneNode(costs)), "Behind Redis:", clusterTable(costs)].join("\n\n");
}

function costTable({ echo, batched, delivery, connect, heartbeat, bytes }) {
  return markdown(
    ["unit", "name", "cost"],
    [
      ["a message in and its answer out, alone", "`echo`", `${format(echo)} µs`],
      ["the same, 16 at a time", "`batched`", `${format(batched)} µs`],
      ["one delivery of a broadcast", "`delivery`", `${format(delivery)} µs`],
      ["a connection made, in its namespace", "`connect`", `${format(connect)} µs`],
      ["a ping and its pong", "`heartbeat`", `${format(heartbeat)} µs`],
      ["a connection kept", "`bytes`", `${format(bytes)} bytes`],
    ],
    2,
  );
}

function nodeTable(node) {
  const [cpu, memory] = [`${CPU_SHARE} s`, `${MEMORY_SHARE} × 16 GB`];
  return markdown(
    ["one core and 16 GB carry", "formula", "at most"],
    [
      ["idle connections, by memory", `${memory} / bytes`, count(node.byMemory)],
      ["idle connections, by heartbeats", `${cpu} × ${PING_INTERVAL_S} / heartbeat`, count(node.byHeartbeat)],
      [
        "share of the core for heartbeats at the former",
        `connections × heartbeat / ${PING_INTERVAL_S} s`,
        percent(node.heartbeatShare),
      ],
      ["echoes a second, one at a time", `${cpu} / echo`, count(node.echoes)],
      ["echoes a second, 16 at a time", `${cpu} / batched`, count(node.batchedEchoes)],
      ["deliveries a second", `${cpu} / delivery`, count(node.deliveries)],
      ["new connections a second", `${cpu} / connect`, count(node.connects)],
    ],
    2,
  );
}

function clusterTable(costs) {
  const row = (title, nodes, options) => {
    const { broadcasts, busShare, ceiling } = cluster(costs, nodes, options);
    return [title, String(nodes), count(broadcasts), percent(busShare), ceiling === null ? "none" : count(ceiling)];
  };
  return markdown(
    ["broadcasts", "nodes", "a second, all nodes", "of it for the bus", "ceiling"],
    [
      row("to 1,000 members everywhere", 1, { spread: 0 }),
      row("to 1,000 members everywhere", 10),
      row("to 1,000 members everywhere", 1_000),
      row("to 10 members, every node looks", 10, { members: 10 }),
      row("to 10 members, every node looks", 1_000, { members: 10 }),
      row("to 10 members on 3 nodes, a channel per room", 10, { members: 10, spread: 3 }),
      row("to 10 members on 3 nodes, a channel per room", 1_000, { members: 10, spread: 3 }),
    ],
    1,
  );
}

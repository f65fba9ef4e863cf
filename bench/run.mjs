#!/usr/bin/env node
// Halyard and socket.io side by side on this machine: CPU time of the server process per unit of work, as a ratio.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { inspectMachine } from "./load/machine.mjs";
import { ServerProcess } from "./load/server-process.mjs";
import { linePlot } from "./report/plot.mjs";
import { compare, format } from "./report/statistics.mjs";
import { markdownTable, terminalTable } from "./report/table.mjs";
import { ECHO_WORKLOADS } from "./workloads/echo.mjs";
import { POLLING_WORKLOADS } from "./workloads/polling.mjs";
import { GROWTH, ROOM_WORKLOADS } from "./workloads/rooms.mjs";

const PACKAGES = { halyard: process.env.BENCH_OURS ?? "@halyard/server", "socket.io": "socket.io" };
const WORKLOADS = [...ECHO_WORKLOADS, ...ROOM_WORKLOADS, ...POLLING_WORKLOADS];
const DOCS = new URL("../docs/", import.meta.url);
const HELP = `usage: pnpm bench [options]
  --only a,b      workloads: ${WORKLOADS.map(({ name }) => name).join(", ")}
  --rounds N      rounds per workload, both servers in each (default 5)
  --scale X       amount of work (default 1; 0.1 is a smoke test)
  --growth        also how cost grows with rooms and members
  --port N        port of the servers (default: a free one)
  --write         put the tables and plots into docs/performance.md`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string" },
    rounds: { type: "string", default: "5" },
    scale: { type: "string", default: "1" },
    port: { type: "string", default: "0" },
    growth: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

function number(name, { min }) {
  const value = Number(options[name]);
  if (Number.isFinite(value) && value >= min) return value;
  console.error(`--${name} is "${options[name]}", a number of at least ${min} is needed`);
  return process.exit(2);
}

function chosenWorkloads() {
  if (options.only === undefined) return WORKLOADS;
  const names = options.only.split(",");
  const unknown = names.filter((name) => !WORKLOADS.some((workload) => workload.name === name));
  if (unknown.length === 0) return WORKLOADS.filter(({ name }) => names.includes(name));
  console.error(`--only names "${unknown[0]}"; known are ${WORKLOADS.map(({ name }) => name).join(", ")}`);
  return process.exit(2);
}

/** One figure of one server: a fresh process, warm-up, measured phase. */
async function cell(packageName, workload, { scale, port }) {
  const server = await ServerProcess.start(packageName, { port, env: workload.env });
  const measure = async (work) => {
    const before = await server.cpuUs();
    await work();
    return (await server.cpuUs()) - before;
  };
  try {
    return await workload.run({ server, scale, measure });
  } finally {
    await server.stop();
  }
}

/** Both servers, interleaved, the order changing from round to round. */
async function side(workload, settings) {
  const figures = { halyard: [], "socket.io": [] };
  for (let round = 0; round < settings.rounds; round++) {
    const order = Object.entries(PACKAGES);
    if (round % 2 === 1) order.reverse();
    for (const [name, packageName] of order) figures[name].push(await cell(packageName, workload, settings));
  }
  return compare(figures.halyard, figures["socket.io"]);
}

async function growth(line, settings, machine) {
  const series = { halyard: [], "socket.io": [] };
  for (const point of line.points) {
    if (point.connections > machine.maxConnections) continue;
    const result = await side(point, { ...settings, rounds: Math.min(3, settings.rounds) });
    series.halyard.push([point.x, result.ours]);
    series["socket.io"].push([point.x, result.theirs]);
    console.log(
      `  ${line.name} ${point.x.toLocaleString("en-US")} ${line.axis}: ${format(result.ours)} against ${format(result.theirs)} ${line.unit}`,
    );
  }
  return { ...line, series };
}

/** Replaces the generated part of docs/performance.md; the text around it is written by hand. */
function writeDocs(rows, lines, machine) {
  const file = new URL("performance.md", DOCS);
  const [begin, end] = ["<!-- bench:begin -->", "<!-- bench:end -->"];
  const plots = lines.map(({ name, title }) => `![${title}](performance/${name}.svg)`);
  const generated = [
    begin,
    `Measured on ${new Date().toISOString().slice(0, 10)}: ${machine.summary}.`,
    markdownTable(rows),
    ...plots,
    end,
  ].join("\n\n");
  const text = readFileSync(file, "utf8");
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error("docs/performance.md has no generated part between its two bench marks");
  writeFileSync(file, text.slice(0, from) + generated + text.slice(to + end.length));
  mkdirSync(new URL("performance/", DOCS), { recursive: true });
  for (const line of lines) writeFileSync(new URL(`performance/${line.name}.svg`, DOCS), linePlot(line));
  console.log("docs/performance.md written");
}

async function main() {
  if (options.help) return console.log(HELP);
  const settings = {
    rounds: Math.round(number("rounds", { min: 1 })),
    scale: number("scale", { min: 0.01 }),
    port: number("port", { min: 0 }),
  };
  const machine = inspectMachine();
  console.log(machine.summary);
  for (const note of machine.notes) console.log(`note: ${note}`);
  const rows = [];
  for (const workload of chosenWorkloads()) {
    const needed = Math.ceil(workload.connections * Math.min(1, settings.scale * 2));
    if (needed > machine.maxConnections) {
      console.log(
        `left out: ${workload.name} holds ${needed} connections, the file-descriptor limit allows ${machine.maxConnections} (raise it by ulimit -n)`,
      );
      continue;
    }
    const result = await side(workload, settings);
    rows.push({ ...workload, result });
    console.log(
      `  ${workload.name}: ${format(result.ours)} against ${format(result.theirs)} ${workload.unit}, ratio ${result.ratio.toFixed(2)}`,
    );
  }
  const lines = [];
  if (options.growth) for (const line of GROWTH) lines.push(await growth(line, settings, machine));
  console.log(`\n${terminalTable(rows)}`);
  if (options.write) writeDocs(rows, lines, machine);
  return undefined;
}

await main().catch((error) => {
  console.error(`bench stopped: ${error.message}`);
  process.exit(1);
});

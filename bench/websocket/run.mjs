#!/usr/bin/env node
// @halyard/websocket and ws side by side on this machine: CPU time of the server process per unit of work, as a ratio.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inspectMachine } from "../load/machine.mjs";
import { ServerProcess } from "../load/server-process.mjs";
import { compare, format } from "../report/statistics.mjs";
import { markdownTable, terminalTable } from "../report/table.mjs";
import { WEBSOCKET_WORKLOADS } from "./workloads.mjs";

const PACKAGES = { halyard: "@halyard/websocket", ws: "ws" };
const SCRIPT = fileURLToPath(new URL("server.mjs", import.meta.url));
const NAMES = WEBSOCKET_WORKLOADS.map(({ name }) => name).join(", ");
const HELP = `usage: node bench/websocket/run.mjs [options]
  --only a,b      workloads: ${NAMES}
  --rounds N      rounds per workload, both servers in each (default 5)
  --scale X       amount of work (default 1; 0.1 is a smoke test)
  --markdown      print the table as in docs/performance.md`;

const { values: options } = parseArgs({
  options: {
    only: { type: "string", default: NAMES },
    rounds: { type: "string", default: "5" },
    scale: { type: "string", default: "1" },
    markdown: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});

/** One figure of one server: a fresh process, warm-up, measured phase. */
async function cell(packageName, workload, scale) {
  const server = await ServerProcess.start(packageName, { env: workload.env, script: SCRIPT });
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
async function side(workload, { rounds, scale }) {
  const figures = { halyard: [], ws: [] };
  for (let round = 0; round < rounds; round++) {
    const order = Object.entries(PACKAGES);
    if (round % 2 === 1) order.reverse();
    for (const [name, packageName] of order) figures[name].push(await cell(packageName, workload, scale));
  }
  return compare(figures.halyard, figures.ws);
}

async function main() {
  if (options.help) return console.log(HELP);
  const settings = { rounds: Number(options.rounds), scale: Number(options.scale) };
  if (!(settings.rounds >= 1 && settings.scale > 0)) throw new Error("--rounds and --scale are numbers above 0");
  const wanted = options.only.split(",").map((name) => name.trim());
  const workloads = wanted.map((name) => WEBSOCKET_WORKLOADS.find((workload) => workload.name === name));
  if (workloads.includes(undefined)) throw new Error(`--only names "${wanted[workloads.indexOf(undefined)]}"`);
  const machine = inspectMachine();
  console.log(machine.summary);
  for (const note of machine.notes) console.log(`note: ${note}`);
  const rows = [];
  for (const workload of workloads) {
    const result = await side(workload, settings);
    rows.push({ ...workload, result });
    console.log(
      `  ${workload.name}: ${format(result.ours)} against ${format(result.theirs)} ${workload.unit}, ratio ${result.ratio.toFixed(2)}`,
    );
  }
  return console.log(`\n${options.markdown ? markdownTable(rows, "ws") : terminalTable(rows, "ws")}`);
}

await main().catch((error) => {
  console.error(`bench stopped: ${error.message}`);
  process.exit(1);
});

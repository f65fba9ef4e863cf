#!/usr/bin/env node
// @halyard/websocket and ws side by side on this machine: CPU time of the server process per unit of work, as a ratio.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { inspectMachine } from "../load/machine.mjs";
import { sideBySide } from "../load/side-by-side.mjs";
import { format } from "../report/statistics.mjs";
import { markdownTable, terminalTable } from "../report/table.mjs";
import { WEBSOCKET_WORKLOADS } from "./workloads.mjs";

const SERVERS = ["@halyard/websocket", "ws"];
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

async function main() {
  if (options.help) return console.log(HELP);
  const settings = { rounds: Number(options.rounds), scale: Number(options.scale), script: SCRIPT };
  if (!(settings.rounds >= 1 && settings.scale > 0)) throw new Error("--rounds and --scale are numbers above 0");
  const wanted = options.only.split(",").map((name) => name.trim());
  const workloads = wanted.map((name) => WEBSOCKET_WORKLOADS.find((workload) => workload.name === name));
  if (workloads.includes(undefined)) throw new Error(`--only names "${wanted[workloads.indexOf(undefined)]}"`);
  const machine = inspectMachine();
  console.log(machine.summary);
  for (const note of machine.notes) console.log(`note: ${note}`);
  const rows = [];
  for (const workload of workloads) {
    const result = await sideBySide(SERVERS, workload, settings);
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

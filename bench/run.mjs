#!/usr/bin/env node
// Halyard and socket.io side by side on this machine: CPU time, memory and delays of one process, as ratios.
import { CLIENT_NAMES, clientSection } from "./client/index.mjs";
import { inspectMachine, leftOut } from "./load/machine.mjs";
import { sideBySide } from "./load/side-by-side.mjs";
import { HELP, readOptions } from "./options.mjs";
import { keepFigures, writeDocs } from "./report/docs.mjs";
import { format } from "./report/statistics.mjs";
import { terminalTable } from "./report/table.mjs";
import { CLIFFS, FIGURES } from "./workloads/cliffs.mjs";
import { ECHO_WORKLOADS } from "./workloads/echo.mjs";
import { GROWTH } from "./workloads/growth.mjs";
import { POLLING_WORKLOADS } from "./workloads/polling.mjs";
import { ROOM_WORKLOADS } from "./workloads/rooms.mjs";

const SERVERS = [process.env.BENCH_OURS ?? "@halyard/server", "socket.io"];
const WORKLOADS = [...ECHO_WORKLOADS, ...ROOM_WORKLOADS, ...POLLING_WORKLOADS];
const namesOf = (items) => items.map(({ name }) => name);
const NAMES = { table: namesOf(WORKLOADS), growth: namesOf(GROWTH), cliffs: namesOf(CLIFFS), client: CLIENT_NAMES };

function report({ name, unit, result }) {
  const { ours, theirs, ratio } = result;
  console.log(`  ${name}: ${format(ours)} against ${format(theirs)} ${unit}, ratio ${ratio.toFixed(2)}`);
}

/** Whether the machine has the descriptors for it; says so when not. */
function fits({ name, connections }, { scale }, machine) {
  const line = leftOut(name, typeof connections === "function" ? connections(scale) : connections, machine);
  if (line !== null) console.log(line);
  return line === null;
}

async function tableSection(workloads, settings, machine) {
  const rows = [];
  for (const workload of workloads) {
    if (!fits(workload, settings, machine)) continue;
    const { name, title, unit } = workload;
    rows.push({ name, title, unit, result: await sideBySide(SERVERS, workload, settings) });
    report(rows.at(-1));
  }
  return rows;
}

/** One row per point and line: the table has them all, a plot shows one line of one family. */
async function growthSection(families, settings, machine) {
  const rows = [];
  for (const { name: family, axis, lines, points } of families) {
    for (const point of points) {
      const at = `${point.x.toLocaleString("en-US")} ${axis}`;
      if (!fits({ name: at, connections: point.connections }, settings, machine)) continue;
      const results = await sideBySide(SERVERS, point, { ...settings, rounds: Math.min(3, settings.rounds) });
      for (const { name, title, unit, figure } of lines) {
        rows.push({ family, name, title, unit, axis, x: point.x, result: results[figure] });
        report({ name: `${name}, ${at}`, unit, result: results[figure] });
      }
    }
  }
  return rows;
}

async function cliffsSection(cliffs, settings, machine) {
  const rows = [];
  for (const cliff of cliffs) {
    if (!fits(cliff, settings, machine)) continue;
    const results = await sideBySide(SERVERS, cliff, { ...settings, rounds: Math.min(3, settings.rounds) });
    for (const [figure, { title, unit }] of Object.entries(FIGURES)) {
      rows.push({ name: cliff.name, title: `${cliff.title}: ${title}`, unit, result: results[figure] });
      report({ name: `${cliff.name}, ${title}`, unit, result: results[figure] });
    }
  }
  return rows;
}

const RUN = {
  table: (chosen, settings, machine) => tableSection(chosen(WORKLOADS), settings, machine),
  growth: (chosen, settings, machine) => growthSection(chosen(GROWTH), settings, machine),
  cliffs: (chosen, settings, machine) => cliffsSection(chosen(CLIFFS), settings, machine),
  client: (chosen, settings) =>
    clientSection(namesOf(chosen(CLIENT_NAMES.map((name) => ({ name })))), settings, report),
};

async function main() {
  const options = readOptions(process.argv.slice(2), NAMES);
  if (options.help) return console.log(HELP);
  if (options.render) return writeDocs();
  const machine = inspectMachine();
  console.log(machine.summary);
  for (const note of machine.notes) console.log(`note: ${note}`);
  const chosen = (items) => items.filter(({ name }) => options.only === null || options.only.includes(name));
  for (const section of options.sections) {
    console.log(section);
    const rows = await RUN[section](chosen, options, machine);
    if (rows.length === 0) continue;
    if (section !== "growth") console.log(`\n${terminalTable(rows)}\n`);
    if (options.write)
      keepFigures(section, rows, { machine: machine.summary, command: process.argv.slice(2).join(" ") });
  }
  return options.write ? writeDocs() : undefined;
}

await main().catch((error) => {
  console.error(`bench stopped: ${error.message}`);
  process.exit(1);
});

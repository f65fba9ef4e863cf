import { parseArgs } from "node:util";

export const SECTIONS = ["table", "growth", "cliffs", "client"];

export const HELP = `usage: pnpm bench [sections] [options]
  --table         the workloads side by side (what runs when no section is named)
  --growth        cost by number of members, connections and rooms
  --cliffs        slow consumers, stalled members, a burst, a reconnect storm: event-loop delay and peak memory
  --client        the client in Node and, where it is installed, in Chromium
  --all           all of these
  --only a,b      of the chosen sections only these rows; a wrong name prints the list
  --rounds N      rounds per row, both packages in each (default 5)
  --scale X       amount of work (default 1; 0.1 is a smoke test)
  --port N        port of the servers (default: a free one)
  --write         put tables and plots into docs/performance.md
  --render        write docs/performance.md from the figures of the last --write, measure nothing`;

const SWITCH = { type: "boolean", default: false };

/**
 * @param argv arguments of the command line
 * @param names names of all rows by section, for `--only`
 * @throws Error whose message is the line to print
 */
export function readOptions(argv, names) {
  const { values } = parseArgs({
    args: argv,
    options: {
      table: SWITCH,
      growth: SWITCH,
      cliffs: SWITCH,
      client: SWITCH,
      all: SWITCH,
      only: { type: "string" },
      rounds: { type: "string", default: "5" },
      scale: { type: "string", default: "1" },
      port: { type: "string", default: "0" },
      write: SWITCH,
      render: SWITCH,
      help: SWITCH,
    },
  });
  if (values.write && values.only !== undefined)
    throw new Error("--write keeps whole sections; leave out --only, or name sections");
  const named = SECTIONS.filter((section) => values.all || values[section]);
  const sections = named.length > 0 ? named : ["table"];
  return {
    sections,
    only: readOnly(values.only, sections, names),
    rounds: Math.round(readNumber("rounds", values.rounds, 1)),
    scale: readNumber("scale", values.scale, 0.01),
    port: readNumber("port", values.port, 0, 65_535),
    write: values.write,
    render: values.render,
    help: values.help,
  };
}

function readNumber(name, text, min, max = Infinity) {
  const value = Number(text);
  if (text.trim() !== "" && Number.isFinite(value) && value >= min && value <= max) return value;
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new Error(`--${name} is "${text}", a number ${range} is needed`);
}

function readOnly(text, sections, names) {
  if (text === undefined) return null;
  const known = sections.flatMap((section) => names[section]);
  const wanted = text.split(",").map((name) => name.trim());
  const unknown = wanted.find((name) => !known.includes(name));
  if (unknown === undefined) return wanted;
  throw new Error(`--only names "${unknown}"; known are ${known.join(", ")}`);
}

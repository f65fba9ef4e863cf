// What loading costs a process of Node, ours and the originals': time until the module is there, and the memory it takes. Each load is
// a process of its own, and they take turns. Argument: rounds (default 10).
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { compare, format } from "./report/statistics.mjs";

const require = createRequire(import.meta.url);
const PAIRS = [
  ["server", "@halyard/server", "socket.io"],
  ["client", "@halyard/client", "socket.io-client"],
  ["websocket", "@halyard/websocket", "ws"],
];
const MEASURE = {
  import: "const before = process.memoryUsage.rss(), start = performance.now(); await import(process.argv[1]);",
  require: "const before = process.memoryUsage.rss(), start = performance.now(); require(process.argv[1]);",
};
const REPORT = "console.log(performance.now() - start, process.memoryUsage.rss() - before)";

/** What `import` of a package loads, as seen from here. */
const moduleOf = (name) => import.meta.resolve(name);
const fileOf = (name) => require.resolve(name);

function load(how, name) {
  const place = how === "import" ? moduleOf(name) : fileOf(name);
  const type = how === "import" ? "module" : "commonjs";
  const code = `${MEASURE[how]} ${REPORT}`;
  const output = execFileSync(process.execPath, [`--input-type=${type}`, "--eval", code, place], { encoding: "utf8" });
  const [ms, bytes] = output.trim().split(" ").map(Number);
  return { ms, megabytes: bytes / 1e6 };
}

const rounds = Number(process.argv[2] ?? 10);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`the number of rounds is "${process.argv[2]}", a whole number of at least 1 is needed`);
  process.exit(2);
}
for (const [what, ours, theirs] of PAIRS) {
  for (const how of Object.keys(MEASURE)) {
    const runs = { [ours]: [], [theirs]: [] };
    for (let round = 0; round < rounds; round++)
      for (const name of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) runs[name].push(load(how, name));
    for (const unit of ["ms", "megabytes"]) {
      const figures = (name) => runs[name].map((run) => run[unit]);
      const { ours: mine, theirs: other, ratio, low, high } = compare(figures(ours), figures(theirs));
      const range = `${low.toFixed(2)} to ${high.toFixed(2)}`;
      console.log(
        `${how} the ${what}, ${unit}: ${format(mine)} against ${format(other)}, ratio ${ratio.toFixed(2)} (${range})`,
      );
    }
  }
}

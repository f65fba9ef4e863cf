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
/** Ways to load a package, which is found from here. */
const WAYS = {
  import: { type: "module", load: "await import(process.argv[1])", find: (name) => import.meta.resolve(name) },
  require: { type: "commonjs", load: "require(process.argv[1])", find: (name) => require.resolve(name) },
};

function load(how, name) {
  const { type, load, find } = WAYS[how];
  const code = `const before = process.memoryUsage.rss(), start = performance.now(); ${load};
    console.log(performance.now() - start, process.memoryUsage.rss() - before)`;
  const args = [`--input-type=${type}`, "--eval", code, find(name)];
  const output = execFileSync(process.execPath, args, { encoding: "utf8" });
  const [ms, bytes] = output.trim().split(" ").map(Number);
  return { ms, megabytes: bytes / 1e6 };
}

const rounds = Number(process.argv[2] ?? 10);
if (!Number.isInteger(rounds) || rounds < 1) {
  console.error(`the number of rounds is "${process.argv[2]}", a whole number of at least 1 is needed`);
  process.exit(2);
}
for (const [what, ours, theirs] of PAIRS) {
  for (const how of Object.keys(WAYS)) {
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

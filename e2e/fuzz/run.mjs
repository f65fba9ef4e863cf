// pnpm fuzz --target frames --seed 1 --cases 10000      a number of cases
// pnpm fuzz --target frames --seed 1 --seconds 600      or a time
// pnpm fuzz --target frames --seed 1 --case 4711        one case again
//
// Each case is made from (seed, number) alone, so a failure can be played again. A target is a file of ./targets that exports
// `run(random)`: it makes its case from the random source, and throws (or rejects) when an invariant does not hold.
import { readdirSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Random } from "./random.mjs";

const targets = readdirSync(path.join(import.meta.dirname, "targets")).map((file) => path.basename(file, ".mjs"));
const { values } = parseArgs({
  options: {
    target: { type: "string" },
    seed: { type: "string", default: String(Date.now() % 1_000_000_007) },
    cases: { type: "string" },
    seconds: { type: "string" },
    case: { type: "string" },
    first: { type: "string", default: "0" },
  },
});
if (values.target === undefined || !targets.includes(values.target)) {
  console.error(
    `usage: pnpm fuzz --target ${targets.join("|")} [--seed S] [--first I] [--cases N | --seconds T | --case I]`,
  );
  process.exit(2);
}

const target = await import(`./targets/${values.target}.mjs`);
const seed = Number(values.seed);
const first = Number(values.case ?? values.first);
const cases =
  values.case !== undefined ? 1 : Number(values.cases ?? (values.seconds === undefined ? 10_000 : Infinity));
const endMs = Date.now() + Number(values.seconds ?? Infinity) * 1000;
console.log(`target ${values.target}, seed ${seed}`);

// An exception in no one's call stack is a finding as well.
let current = first;
process.on("uncaughtException", (error) => report(error));
process.on("unhandledRejection", (error) => report(error));

let done = 0;
let nextReport = Date.now() + 10_000;
for (; done < cases && Date.now() < endMs; done++) {
  current = first + done;
  try {
    await target.run(new Random(seed, current));
  } catch (error) {
    report(error);
  }
  if (Date.now() > nextReport) {
    console.log(`${done + 1} cases`);
    nextReport += 10_000;
  }
}
await target.finish?.();
console.log(`${done} cases, 0 failures`);
// What a target leaves behind it has looked at. Node itself may keep a client socket that was reset, and then waits for it at the end
// of the process, for ever and at full load.
process.exit(0);

function report(error) {
  console.error(`case ${current} failed: pnpm fuzz --target ${values.target} --seed ${seed} --case ${current}`);
  console.error(error);
  process.exit(1);
}

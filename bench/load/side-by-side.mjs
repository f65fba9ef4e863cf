import { ServerProcess } from "./server-process.mjs";
import { compare } from "../report/statistics.mjs";

/** One figure (or an object of figures) of one server: a fresh process, warm-up, measured phase. */
async function cell(packageName, workload, { scale, port, script }) {
  const server = await ServerProcess.start(packageName, { port, env: workload.env, script });
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

/** Runs `measureOne(package)` for both packages in every round, the order changing from round to round. */
export async function interleave([ours, theirs], rounds, measureOne) {
  const figures = new Map([
    [ours, []],
    [theirs, []],
  ]);
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? [ours, theirs] : [theirs, ours];
    for (const name of order) figures.get(name).push(await measureOne(name));
  }
  return compareFigures(figures.get(ours), figures.get(theirs));
}

/** Both servers, interleaved. @param packages ours first */
export function sideBySide(packages, workload, settings) {
  return interleave(packages, settings.rounds, (name) => cell(name, workload, settings));
}

/** A comparison where a cell is one number; an object of comparisons where it is an object of numbers. */
function compareFigures(ours, theirs) {
  if (typeof ours[0] === "number") return compare(ours, theirs);
  const pick = (cells, key) => cells.map((figures) => figures[key]);
  return Object.fromEntries(Object.keys(ours[0]).map((key) => [key, compare(pick(ours, key), pick(theirs, key))]));
}

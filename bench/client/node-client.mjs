// One client under test, in a process of its own: runs what the runner asks for and answers with its CPU time.
import { connect, SCENARIOS } from "./scenarios.mjs";

const { io } = await import(process.env.BENCH_PACKAGE);
const socket = await connect(io, process.env.BENCH_URL);

async function measure({ name, warmUp, count }) {
  const { run } = SCENARIOS[name];
  await run(socket, warmUp);
  const before = process.cpuUsage();
  await run(socket, count);
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

process.on("message", (work) => {
  measure(work)
    .then((cpuUs) => process.send({ cpuUs }))
    .catch((error) => process.send({ failed: error.message }));
});
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });

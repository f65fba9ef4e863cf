// One client under test, in a process of its own: runs what the runner asks for and answers with its CPU time.
import { connect, SCENARIOS } from "./scenarios.mjs";

const { io } = await import(process.env.BENCH_PACKAGE);
const socket = await connect(io, process.env.BENCH_URL);

process.on("message", async ({ name, warmUp, count }) => {
  const { run } = SCENARIOS[name];
  try {
    await run(socket, warmUp);
    const before = process.cpuUsage();
    await run(socket, count);
    const { user, system } = process.cpuUsage(before);
    process.send({ cpuUs: user + system });
  } catch (error) {
    process.send({ failed: error.message });
  }
});
process.on("disconnect", () => process.exit(0));
process.send({ ready: true });

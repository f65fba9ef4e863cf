// The server's side of server-process.mjs: listens, and answers the questions of the runner over the IPC channel.
import { setTimeout as pause } from "node:timers/promises";

/** What every server under test is asked. */
const COMMON = {
  cpu: () => process.cpuUsage(),
  /** Bytes, after garbage collection. */
  async memory() {
    for (let i = 0; i < 4; i++) {
      globalThis.gc();
      await pause(40);
    }
    const { rss, heapUsed, external } = process.memoryUsage();
    return { rss, heap: heapUsed + external };
  },
};

/** @param questions name to function, in addition to `cpu` and `memory` */
export function answerRunner(httpServer, questions) {
  const all = { ...COMMON, ...questions };
  const answer = async ({ id, question, argument }) => {
    process.send({ id, answer: await all[question](argument) });
  };
  process.on("message", (message) => void answer(message));
  process.on("disconnect", () => process.exit(0));
  httpServer.once("error", (error) => process.send({ failed: error.code ?? error.message }));
  httpServer.listen(Number(process.env.BENCH_PORT ?? 0), "127.0.0.1", 4096, () =>
    process.send({ port: httpServer.address().port }),
  );
}

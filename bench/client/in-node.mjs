import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("node-client.mjs", import.meta.url));
export const NODE_PACKAGES = ["@halyard/client", "socket.io-client"];

/** CPU microseconds of a client process per event. */
export async function measureInNode(packageName, url, work) {
  const child = fork(SCRIPT, {
    env: { ...process.env, BENCH_PACKAGE: packageName, BENCH_URL: url, NODE_ENV: "production" },
  });
  try {
    await once(child, "message");
    child.send(work);
    const [answer] = await once(child, "message");
    if (answer.failed) throw new Error(`${packageName} in Node: ${answer.failed}`);
    return answer.cpuUs / work.count;
  } finally {
    child.kill("SIGKILL");
  }
}

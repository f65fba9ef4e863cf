import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** Starts a node of a cluster in a process of its own, see node.mjs. */
export async function startNode(context, file, services) {
  const args = [file, context.folder, JSON.stringify(services)];
  const child = fork(path.join(import.meta.dirname, "node.mjs"), args, {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  context.onEnd(() => child.kill("SIGKILL"));
  const [{ port }] = await Promise.race([
    once(child, "message"),
    once(child, "exit").then(([code]) => Promise.reject(new Error(`the node ended with ${code}`))),
  ]);
  return {
    port,
    do: createRemote((message) => child.send(message), child),
    async kill() {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

/** Calls actions on the other side of a channel. */
export function createRemote(send, channel) {
  const calls = new Map();
  let count = 0;
  channel.on("message", ({ rpc, result, error }) => {
    const call = calls.get(rpc);
    calls.delete(rpc);
    if (error === undefined) call?.resolve(result);
    else call?.reject(new Error(error));
  });
  return (action, ...args) =>
    new Promise((resolve, reject) => {
      const rpc = `${action}-${++count}`;
      calls.set(rpc, { resolve, reject });
      send({ rpc, action, args });
    });
}

// A primary and three workers behind one port: sticky-cluster.mjs <folder>. Messages `{ worker, rpc, … }` go to one worker and back.
import cluster from "node:cluster";
import { once } from "node:events";
import { createServer } from "node:http";
import { createContext } from "./context.mjs";
import { createActions, serveActions } from "./node-actions.mjs";

const { context } = createContext(process.argv[2]);
const sticky = context.require("@socket.io/sticky");
const adapter = context.require("@socket.io/cluster-adapter");

if (cluster.isPrimary) await runPrimary();
else await runWorker();

async function runPrimary() {
  const httpServer = createServer();
  sticky.setupMaster(httpServer, { loadBalancingMethod: "round-robin" });
  adapter.setupPrimary();
  cluster.setupPrimary({ serialization: "advanced" });
  const workers = [];
  for (let index = 0; index < 3; index++) {
    const worker = cluster.fork();
    await once(worker, "message");
    worker.on("message", (message) => message?.rpc !== undefined && process.send({ ...message, worker: index }));
    worker.on("exit", () => process.send({ worker: index, rpc: `exit-${exits.get(index)}` }));
    workers.push(worker);
  }
  const exits = new Map();
  process.on("message", ({ worker, ...message }) => {
    if (message.action === "exit") {
      exits.set(worker, message.rpc.slice("exit-".length));
      workers[worker].process.kill("SIGKILL");
    } else {
      workers[worker].send(message);
    }
  });
  httpServer.listen(0, "127.0.0.1");
  await once(httpServer, "listening");
  process.on("disconnect", () => process.exit());
  process.send({ port: httpServer.address().port });
}

async function runWorker() {
  const { Server } = context.require("socket.io");
  const io = new Server(createServer(), {
    adapter: adapter.createAdapter({ heartbeatInterval: 200, heartbeatTimeout: 2000 }),
  });
  sticky.setupWorker(io);
  serveActions(createActions(io), process);
  process.on("disconnect", () => process.exit());
  process.send({ ready: true });
}

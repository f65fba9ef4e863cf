import path from "node:path";
import { connectClient } from "../support/clients.mjs";
import { readPrograms } from "../support/install-checks.mjs";
import { writeProject } from "../support/programs.mjs";
import { freePort } from "../support/services.mjs";

export const name = "@socket.io/pm2: three workers behind one port, one of which is started again";
export const packages = {
  "@socket.io/pm2": "6.0.14",
  "@socket.io/cluster-adapter": "0.3.0",
  "@socket.io/sticky": "1.0.4",
};

export async function run(context) {
  const cwd = context.folder;
  writeProject(cwd, readPrograms("pm2-worker.cjs"));
  const port = await freePort();
  const env = {
    ...process.env,
    PM2_HOME: path.join(cwd, "pm2"),
    PM2_PORT: String(port),
    PM2_DISABLE_VERSION_CHECK: "true",
  };
  const program = path.join(cwd, "node_modules/@socket.io/pm2/bin/pm2");
  const args = [program, "start", "pm2-worker.cjs", "--name", "app", "-i", "3", "--no-daemon"];
  await context.start(process.execPath, args, {
    cwd,
    env,
    ready: /(?:\[app:\d\] online|app:\d.*online)(?:[^]*online){2}/,
  });
  context.onEnd(() => context.run(process.execPath, [program, "kill"], { cwd, env }));

  const url = `http://127.0.0.1:${port}`;
  const clients = [];
  for (let index = 0; index < 6; index++) {
    const rooms = [index % 2 === 0 ? "even" : "odd"];
    clients.push(
      await connectClient(context, url, String(index), rooms, { reconnection: true, reconnectionDelay: 100 }),
    );
  }
  const pids = async () =>
    new Set(await Promise.all(clients.map(({ socket }) => socket.timeout(3000).emitWithAck("pid"))));
  context.equal((await pids()).size > 1, true, "several workers");
  const upgraded = () => clients.every(({ socket }) => socket.io.engine.transport.name === "websocket");
  await context.eventually(upgraded, true, "upgraded through the primary");
  await checkAll(context, clients);

  const [{ socket }] = clients;
  const pid = await socket.emitWithAck("pid");
  process.kill(pid, "SIGKILL");
  await context.eventually(
    async () => (await pids().catch(() => new Set([pid]))).has(pid),
    false,
    "connected again",
    20_000,
  );
  await context.eventually(
    () => socket.emitWithAck("pids").then((all) => all.includes(pid)),
    false,
    "its sockets are gone",
  );
  await checkAll(context, clients);
}

async function checkAll(context, clients) {
  const [{ socket }] = clients;
  await context.eventually(() => socket.emitWithAck("pids").then((all) => all.length), 6, "fetchSockets");
  for (const client of clients) client.take();
  socket.emit("say", "odd", "é");
  const expected = clients.map((_, index) => (index % 2 === 0 ? [] : [["said", "é"]]));
  const received = clients.map(() => []);
  const collect = () => clients.map((client, index) => (received[index].push(...client.take()), received[index]));
  await context.eventually(collect, expected, "a room of all workers");
  const answers = await socket.emitWithAck("ask all");
  context.equal(answers.toSorted(), ["0", "1", "2", "3", "4", "5"], "acknowledgements of all workers");
}

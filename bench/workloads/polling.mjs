import { Agent, request } from "node:http";

const BASE = "/socket.io/?EIO=4&transport=polling";
const CLIENTS = 50;

/** HTTP long-polling: an event by POST, its echo by the waiting GET. */
async function pollingEcho({ server, scale, measure }) {
  const agent = new Agent({ keepAlive: true, maxSockets: CLIENTS * 2 });
  const call = (path, body) =>
    new Promise((resolve, reject) => {
      const req = request(
        { host: "127.0.0.1", port: server.port, path, agent, method: body === undefined ? "GET" : "POST" },
        (res) => {
          let text = "";
          res.setEncoding("latin1");
          res.on("data", (chunk) => (text += chunk));
          res.on("end", () =>
            res.statusCode === 200 ? resolve(text) : reject(new Error(`status ${res.statusCode}: ${text}`)),
          );
        },
      );
      req.on("error", reject);
      req.end(body);
    });
  const sessions = await Promise.all(
    Array.from({ length: CLIENTS }, async () => {
      const path = `${BASE}&sid=${JSON.parse((await call(BASE)).slice(1)).sid}`;
      await call(path, "40");
      await call(path);
      return path;
    }),
  );
  const play = (turns) =>
    Promise.all(
      sessions.map(async (path) => {
        for (let n = 0; n < turns; n++) {
          const event = `42["echo",{"n":${n}}]`;
          const [echoed] = await Promise.all([call(path), call(path, event)]);
          if (echoed !== event) throw new Error(`expected ${event}, got ${echoed}`);
        }
      }),
    );
  const turns = Math.max(5, Math.round(80 * scale));
  await play(Math.ceil(turns / 4));
  const cpuUs = await measure(() => play(turns));
  agent.destroy();
  return cpuUs / (turns * CLIENTS);
}

export const POLLING_WORKLOADS = [
  {
    name: "polling",
    title: "long-polling echo",
    unit: "µs CPU / round trip",
    connections: CLIENTS * 2,
    run: pollingEcho,
  },
];

import { createServer } from "node:http";
import { listen } from "../support/serve.mjs";

export const name = "artillery's socket.io engine drives a load";
export const packages = { "@artilleryio/int-core": "2.28.0" };

export async function run(context) {
  const { Server } = await context.load("socket.io");
  const httpServer = createServer();
  const io = new Server(httpServer);
  let connections = 0;
  let left = 0;
  const received = [];
  io.of("/load").on("connection", (socket) => {
    connections++;
    socket.on("echo", (data, done) => {
      received.push(data);
      done?.({ text: data.text });
      socket.emit("echoed", data.text);
    });
    socket.on("disconnect", () => left++);
  });
  const url = await listen(context, httpServer);

  const totals = await drive(context, {
    config: { target: url, phases: [{ duration: 2, arrivalCount: 20 }], socketio: { transports: ["websocket"] } },
    scenarios: [
      {
        engine: "socketio",
        flow: [
          {
            emit: { channel: "echo", data: { text: "one" }, namespace: "/load" },
            acknowledge: { match: { json: "$.0.text", value: "one" } },
            namespace: "/load",
          },
          {
            emit: { channel: "echo", data: { text: "two" } },
            response: { channel: "echoed", data: "two" },
            namespace: "/load",
          },
        ],
      },
    ],
  });
  const { counters } = totals;
  context.equal(counters["vusers.created"], 20, "users");
  context.equal(counters["vusers.failed"] ?? 0, 0, "users that failed");
  context.equal(counters["vusers.completed"], 20, "users that came to the end");
  context.equal(counters["socketio.emit"], 40, "events sent");
  context.equal([connections, received.length], [20, 40], "what the server saw");
  await context.eventually(() => left, 20, "all have left");
}

async function drive(context, script) {
  const core = context.require("@artilleryio/int-core");
  await core.updateGlobalObject();
  const events = await core.runner.runner(script, null, { isAggregateReport: true });
  return new Promise((resolve, reject) => {
    events.once("done", resolve);
    events.on("error", reject);
    events.run();
  });
}

import { createServer } from "node:http";
import { connect, listen } from "../support/serve.mjs";

export const name = "socket.io-prometheus: numbers of sockets, events and bytes";
export const packages = { "socket.io-prometheus": "0.3.0", "prom-client": "14.2.0" };

export async function run(context) {
  const { Server } = await context.load("socket.io");
  const { register } = context.require("prom-client");
  const httpServer = createServer();
  const io = new Server(httpServer);
  context.require("socket.io-prometheus")(io);
  io.on("connection", (socket) => socket.on("ask", (text, done) => done(socket.emit("tell", "éé"))));
  const url = await listen(context, httpServer);
  const a = await connect(context, url);
  await connect(context, url, { transports: ["polling"] });
  for (let index = 0; index < 3; index++) await a.emitWithAck("ask", "four");
  a.disconnect();

  const read = async (metric) => {
    const { values } = await register.getSingleMetric(`socket_io_${metric}`).get();
    return values.map(({ labels, value }) => [labels.event ?? "", value]);
  };
  await context.eventually(() => read("connected"), [["", 1]], "sockets that are connected");
  context.equal(await read("connect_total"), [["", 2]], "sockets that have connected");
  context.equal(await read("disconnect_total"), [["", 1]], "sockets that have left");
  context.equal(await read("events_received_total"), [["ask", 3]], "events received");
  context.equal(await read("events_sent_total"), [["tell", 3]], "events sent");
  context.equal(await read("recieve_bytes"), [["ask", 12]], "bytes received");
  context.equal(await read("transmit_bytes"), [["tell", 12]], "bytes sent");
}

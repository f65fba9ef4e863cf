import { connect } from "../support/serve.mjs";

export const name = "Moleculer with moleculer-io";
export const packages = { moleculer: "0.14.35", "moleculer-io": "2.2.0" };

export async function run(context) {
  const { ServiceBroker } = context.require("moleculer");
  const broker = new ServiceBroker({ logger: false });
  broker.createService({
    name: "math",
    actions: {
      add: ({ params }) => Number(params.a) + Number(params.b),
      user: ({ meta }) => meta.user ?? null,
      fail: () => {
        throw new Error("no");
      },
    },
  });
  const namespaces = {
    "/": { authorization: true, events: { call: { whitelist: ["math.*"], mappingPolicy: "all" } } },
    "/upload": { events: { upload: ([data]) => data.length } },
  };
  broker.createService({
    name: "io",
    mixins: [context.require("moleculer-io")],
    settings: { port: 0, io: { namespaces } },
    methods: {
      socketAuthorize: async (socket) => ({ id: socket.handshake.auth.id }),
    },
  });
  await broker.start();
  context.onEnd(() => broker.stop());
  const { httpServer } = broker.getLocalService("io").io;
  const url = `http://127.0.0.1:${httpServer.address().port}`;

  const socket = await connect(context, url, { auth: { id: 7 } });
  const call = (action, params = {}) =>
    new Promise((resolve) => {
      socket.emit("call", action, params, (error, result) => resolve(error === null ? result : error.message));
    });
  context.equal(await call("math.add", { a: 1, b: 2 }), 3, "an action");
  context.equal(await call("math.user"), { id: 7 }, "the user of a socket");
  context.equal(await call("math.fail"), "no", "an action that fails");
  context.equal(await call("$node.list"), "Service '$node.list' is not found.", "an action that is not allowed");
  const heard = [];
  socket.on("event", (...args) => heard.push(args));
  await broker.call("io.broadcast", { namespace: "/", event: "event", args: [1, { b: "é" }] });
  await context.eventually(() => heard, [[1, { b: "é" }]], "a broadcast by an action");
  context.equal(
    await broker.call("io.getClients", { namespace: "/", room: socket.id }),
    [socket.id],
    "who is in a room",
  );
}

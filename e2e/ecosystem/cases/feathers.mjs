import { connect } from "../support/serve.mjs";

export const name = "Feathers 5: services, errors, events and channels by socket";
export const packages = {
  "@feathersjs/feathers": "5.0.37",
  "@feathersjs/socketio": "5.0.37",
  "@feathersjs/socketio-client": "5.0.37",
  "@feathersjs/errors": "5.0.37",
};

export async function run(context) {
  const { feathers } = context.require("@feathersjs/feathers");
  const socketioClient = context.require("@feathersjs/socketio-client");
  const { app, url } = await startApp(context, feathers);
  for (const transports of [["polling"], ["websocket"]]) {
    const socket = await connect(context, url, { transports, extraHeaders: { "x-user": "ann" } });
    const client = feathers();
    client.configure(socketioClient(socket));
    await checkService(context, client.service("messages"), socket);
    socket.disconnect();
  }
  await app.teardown();
}

async function startApp(context, feathers) {
  const socketio = context.require("@feathersjs/socketio");
  const { NotFound } = context.require("@feathersjs/errors");
  const app = feathers();
  app.configure(
    socketio({ cors: { origin: "*" } }, (io) => {
      io.sockets.setMaxListeners(555);
      io.use((socket, next) => {
        socket.feathers.user = socket.handshake.headers["x-user"];
        next();
      });
    }),
  );
  const messages = [];
  app.use("messages", {
    async find({ query, user }) {
      return { total: messages.length, query, user };
    },
    async get(id) {
      if (messages[id] === undefined) throw new NotFound(`no message ${id}`);
      return messages[id];
    },
    async create(data) {
      messages.push(data);
      return { id: messages.length - 1, ...data };
    },
  });
  app.on("connection", (connection) => app.channel("everybody").join(connection));
  app.publish(() => app.channel("everybody"));
  const server = await app.listen(0);
  return { app, url: `http://127.0.0.1:${server.address().port}` };
}

async function checkService(context, service, socket) {
  const created = new Promise((resolve) => service.once("created", resolve));
  const { id, text } = await service.create({ text: "hello" });
  context.equal(text, "hello", "create");
  context.equal((await created).text, "hello", "event of a channel");
  context.equal(await service.get(id), { text: "hello" }, "get");
  const found = await service.find({ query: { a: "1" } });
  context.equal([found.query, found.user], [{ a: "1" }, "ann"], "find with the user of the handshake");
  const error = await service.get(99).then(String, (reason) => reason);
  context.equal([error.name, error.code, error.message], ["NotFound", 404, "no message 99"], "error");
  const unknown = await socket.emitWithAck("get", "nothing", 1).then((reply) => reply, String);
  context.equal(unknown.name, "NotFound", "unknown service");
}

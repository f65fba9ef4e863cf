import { connect } from "../support/serve.mjs";

export const name = "Sails: virtual requests, sessions, rooms and refusals by socket";
/** sails-hook-sockets asks for `ws` without declaring it: engine.io brings it along. */
export const replace = ["socket.io", "socket.io-client", "socket.io-adapter", "engine.io", "ws"];
export const packages = { sails: "1.5.18", "sails-hook-sockets": "3.0.2" };

const SDK = { __sails_io_sdk_version: "1.2.1", __sails_io_sdk_platform: "node", __sails_io_sdk_language: "javascript" };

export async function run(context) {
  const { app, url, log } = await lift(context);
  const [ann, bob] = [await join(context, url, "websocket"), await join(context, url, "polling")];
  const ask = async (socket, method, path, data) => {
    const { statusCode, body } = await socket.emitWithAck(method, { method, url: path, data, headers: {} });
    return [statusCode, body];
  };
  context.equal(await ask(ann, "get", "/visit?a=1"), [200, { isSocket: true, a: "1", visits: 1 }], "a request");
  context.equal(await ask(ann, "get", "/visit?a=2"), [200, { isSocket: true, a: "2", visits: 2 }], "the session");
  context.equal(await ask(ann, "get", "/none"), [404, "Not Found"], "an unknown path");
  const heard = [];
  for (const [title, socket] of Object.entries({ ann, bob })) {
    context.equal((await ask(socket, "post", "/join", { room: "room" }))[1], { rooms: 2 }, "a room");
    socket.on("said", (text) => heard.push(`${title} ${text}`));
  }
  await ask(ann, "post", "/say", { room: "room", text: "hello" });
  await context.eventually(() => heard, ["bob hello"], "a broadcast to others");
  app.sockets.blast("said", "all");
  await context.eventually(() => new Set(heard.slice(1)), new Set(["ann all", "bob all"]), "a broadcast to all");
  const refused = await connect(context, url, { query: { ...SDK, deny: "1" } }).catch((error) => error);
  context.equal(refused.message, "xhr poll error", "beforeConnect refuses");
  const { id } = bob;
  bob.disconnect();
  await context.eventually(() => log, [id], "afterDisconnect");
}

const join = (context, url, transport) => connect(context, url, { transports: [transport], query: SDK });

async function lift(context) {
  const { Sails } = context.require("sails");
  const app = new Sails();
  const log = [];
  const settings = {
    appPath: context.folder,
    port: 0,
    explicitHost: "127.0.0.1",
    log: { level: "silent" },
    globals: false,
    hooks: { grunt: false, views: false },
    session: { secret: "secret" },
    sockets: {
      transports: ["polling", "websocket"],
      beforeConnect: ({ _query: query }, done) => done(undefined, query.deny === undefined),
      afterDisconnect: (_session, socket, done) => {
        log.push(socket.id);
        done();
      },
    },
    routes: routesOf(app),
  };
  await new Promise((resolve, reject) => app.lift(settings, (error) => (error ? reject(error) : resolve())));
  context.onEnd(() => new Promise((resolve) => app.lower(resolve)));
  return { app, log, url: `http://127.0.0.1:${app.hooks.http.server.address().port}` };
}

function routesOf(app) {
  return {
    "GET /visit": (request, response) => {
      request.session.visits = (request.session.visits ?? 0) + 1;
      response.json({ isSocket: request.isSocket, a: request.query.a, visits: request.session.visits });
    },
    "POST /join": (request, response) => {
      app.sockets.join(request, request.body.room, () => response.json({ rooms: request.socket.rooms.size }));
    },
    "POST /say": (request, response) => {
      app.sockets.broadcast(request.body.room, "said", request.body.text, request);
      response.ok();
    },
  };
}

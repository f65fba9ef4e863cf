import { connect, serve } from "../support/serve.mjs";

export const name = "socketio-wildcard, socketio-jwt, express-socket.io-session";
export const packages = {
  "socketio-wildcard": "2.0.0",
  "@thream/socketio-jwt": "3.1.4",
  jsonwebtoken: "9.0.2",
  "express-socket.io-session": "1.3.5",
  "express-session": "1.18.2",
};

export async function run(context) {
  await checkWildcard(context);
  await checkJwt(context);
  await checkSession(context);
}

/** It replaces `socket.onevent` on both sides. */
async function checkWildcard(context) {
  const wildcard = context.require("socketio-wildcard");
  const { io: createClient, Manager } = await context.load("socket.io-client");
  const { io, url } = await serve(context);
  const seen = [];
  io.use(wildcard());
  io.on("connection", (socket) => {
    socket.on("*", ({ data }) => seen.push(data.filter((one) => typeof one !== "function")));
    socket.on("ask", (number, done) => done(number + 1));
    socket.on("binary", (data) => socket.emit("back", data));
  });
  const socket = createClient(url, { forceNew: true });
  context.onEnd(() => socket.disconnect());
  wildcard(Manager)(socket);
  const heard = [];
  socket.on("*", ({ data }) => heard.push(data[0]));
  context.equal(await socket.timeout(2000).emitWithAck("ask", 1), 2, "acknowledgement through the wildcard");
  const back = new Promise((resolve) => socket.once("back", resolve));
  socket.emit("binary", Buffer.from([1, 2]));
  context.equal([...(await back)], [1, 2], "binary through the wildcard");
  context.equal(
    seen.map(([event]) => event),
    ["ask", "binary"],
    "all events of the server",
  );
  context.equal(heard, ["back"], "all events of the client");
}

async function checkJwt(context) {
  const { authorize, isUnauthorizedError } = await context.load("@thream/socketio-jwt");
  const { default: jwt } = await context.load("jsonwebtoken");
  const { io, url } = await serve(context);
  io.use(authorize({ secret: "secret", onAuthentication: ({ id }) => ({ id, role: "admin" }) }));
  io.on("connection", (socket) => socket.emit("you are", socket.decodedToken.id, socket.user));
  const { io: createClient } = await context.load("socket.io-client");
  const open = (token) => {
    const socket = createClient(url, { auth: { token: `Bearer ${token}` }, forceNew: true, reconnection: false });
    context.onEnd(() => socket.disconnect());
    return new Promise((resolve) => {
      socket.once("you are", (...args) => resolve(args));
      socket.once("connect_error", resolve);
    });
  };
  context.equal(await open(jwt.sign({ id: 5 }, "secret")), [5, { id: 5, role: "admin" }], "a token");
  const error = await open(jwt.sign({ id: 5 }, "wrong"));
  context.equal([isUnauthorizedError(error), error.data.code], [true, "invalid_token"], "a wrong token");
}

/** It replaces `socket.onevent` and reads the session from the handshake. */
async function checkSession(context) {
  const { default: expressSession } = await context.load("express-session");
  const { default: sharedSession } = await context.load("express-socket.io-session");
  const store = new expressSession.MemoryStore();
  const session = expressSession({ secret: "s", resave: true, saveUninitialized: true, store });
  const { io, url } = await serve(context);
  io.use(sharedSession(session, { autoSave: true }));
  io.on("connection", (socket) => {
    socket.on("count", (done) => {
      const shared = socket.handshake.session;
      shared.count = (shared.count ?? 0) + 1;
      done(shared.count);
    });
  });
  const socket = await connect(context, url, { transports: ["websocket"] });
  context.equal(await socket.emitWithAck("count"), 1, "session in an event");
  context.equal(await socket.emitWithAck("count"), 2, "session kept");
  const stored = () => Object.values(store.sessions).map((text) => JSON.parse(text).count);
  await context.eventually(stored, [2], "session saved after the event");
}

import { createHmac } from "node:crypto";
import { once } from "node:events";
import util from "node:util";
import { connect, open, serve } from "../support/serve.mjs";

export const name = "JWT, cookies, sessions, routers and requests by plugins of socket.io";
export const packages = {
  "socketio-jwt": "4.6.2",
  "socketio-jwt-auth": "0.2.1",
  jsonwebtoken: "9.0.2",
  "socket.io-cookie": "0.0.1",
  "socket.io-cookie-parser": "1.0.0",
  "socket.io-express-session": "0.1.3",
  "session.socket.io": "0.2.1",
  "express-session": "1.18.2",
  "cookie-parser": "1.4.7",
  "socket.io-events": "0.4.6",
  "socket.io-request": "0.8.0",
};

export async function run(context) {
  for (const check of [checkJwt, checkJwtAuth, checkCookies, checkSessions, checkRouter, checkRequests])
    await check(context);
}

/** What the server says in its event `you` to a client with these options. */
async function askWho(context, url, options = {}) {
  const socket = await open(context, url, options);
  return once(socket, "you");
}

async function checkJwt(context) {
  const jwt = context.require("jsonwebtoken");
  const { authorize } = context.require("socketio-jwt");
  const { io, url } = await serve(context);
  io.use(authorize({ secret: "secret", handshake: true, auth_header_required: true }));
  io.of("/query").use(authorize({ secret: (_request, { id }, done) => done(null, `secret${id}`), handshake: true }));
  for (const nsp of [io, io.of("/query")])
    nsp.on("connection", (socket) => socket.emit("you", socket.decoded_token.id));
  const extraHeaders = { authorization: `Bearer ${jwt.sign({ id: 5 }, "secret")}` };
  context.equal(await askWho(context, url, { extraHeaders }), [5], "socketio-jwt: a header");
  const query = { token: jwt.sign({ id: 6 }, "secret6") };
  context.equal(await askWho(context, `${url}/query`, { query }), [6], "socketio-jwt: the query");
  const { message, data } = await connect(context, `${url}/query`, { query: { token: "bad" } }).catch((error) => error);
  const expected = ["jwt malformed", { message: "jwt malformed", code: "invalid_token", type: "UnauthorizedError" }];
  context.equal([message, data], expected, "socketio-jwt: no token");
}

async function checkJwtAuth(context) {
  const jwt = context.require("jsonwebtoken");
  const { authenticate } = context.require("socketio-jwt-auth");
  const { io, url } = await serve(context);
  io.use(authenticate({ secret: "secret" }, ({ sub }, done) => done(null, sub === 1 && { id: sub }, "no such user")));
  io.on("connection", (socket) => socket.emit("you", socket.request.user));
  const token = { auth_token: jwt.sign({ sub: 1 }, "secret") };
  for (const options of [{ auth: token }, { query: token }, { extraHeaders: { "x-auth-token": token.auth_token } }]) {
    const who = await askWho(context, url, { ...options, transports: ["websocket"] });
    context.equal(who, [{ id: 1, logged_in: true }], `socketio-jwt-auth: ${Object.keys(options)}`);
  }
  const refuse = async (sub, secret) => {
    const auth = { auth_token: jwt.sign({ sub }, secret) };
    const { message, data } = await connect(context, url, { auth }).catch((error) => error);
    return [message, data?.name];
  };
  context.equal(await refuse(2, "secret"), ["no such user", undefined], "socketio-jwt-auth: an unknown user");
  context.equal(await refuse(1, "x"), ["Signature verification failed", "Error"], "socketio-jwt-auth: a wrong token");
}

function sign(value) {
  const signature = createHmac("sha256", "secret").update(value).digest("base64").replace(/=+$/, "");
  return encodeURIComponent(`s:${value}.${signature}`);
}

/** One of them puts an object in the place of the header, before the connection is upgraded. */
async function checkCookies(context) {
  const { io, url } = await serve(context);
  io.use(context.require("socket.io-cookie-parser")("secret"));
  io.on("connection", (socket) => {
    socket.emit("you", { ...socket.request.cookies }, { ...socket.request.signedCookies });
  });
  io.of("/header").use(context.require("socket.io-cookie"));
  io.of("/header").on("connection", (socket) => socket.emit("you", socket.handshake.headers.cookie));
  const extraHeaders = { cookie: `a=b; c=${sign("v")}` };
  context.equal(await askWho(context, url, { extraHeaders }), [{ a: "b" }, { c: "v" }], "socket.io-cookie-parser");
  const socket = await open(context, `${url}/header`, { extraHeaders: { cookie: "a=b" } });
  context.equal(await once(socket, "you"), [{ a: "b" }], "socket.io-cookie");
  await context.eventually(() => socket.io.engine.transport.name, "websocket", "the connection is upgraded");
}

async function checkSessions(context) {
  const session = context.require("express-session");
  const parseCookies = context.require("cookie-parser")("secret");
  const store = new session.MemoryStore();
  await new Promise((resolve) => store.set("id", { user: 7, cookie: {} }, resolve));
  const { io, url } = await serve(context);
  const middleware = session({ secret: "secret", store, resave: false, saveUninitialized: true });
  io.of("/a").use(context.require("socket.io-express-session")(middleware));
  io.of("/a").on("connection", (socket) => socket.emit("you", socket.handshake.session.user));
  const Sessions = context.require("session.socket.io");
  const sessions = new Sessions(io, store, parseCookies);
  sessions.of("/b").on("connection", (error, socket, found) => socket.emit("you", error?.message ?? found.user));
  const extraHeaders = { cookie: `connect.sid=${sign("id")}` };
  context.equal(await askWho(context, `${url}/a`, { extraHeaders }), [7], "socket.io-express-session");
  context.equal(await askWho(context, `${url}/b`, { extraHeaders }), [7], "session.socket.io");
  const [message] = await askWho(context, `${url}/b`);
  context.equal(message, "Could not lookup session by key: connect.sid", "session.socket.io: no session");
}

/** It takes the place of `onevent` and, while its handlers run, of `emit`. */
async function checkRouter(context) {
  util.isError ??= util.types.isNativeError;
  util.isRegExp ??= util.types.isRegExp;
  const router = context.require("socket.io-events")();
  const { io, url } = await serve(context);
  const seen = [];
  router.on("chat", (_socket, args, next) => {
    args[1] += "!";
    next();
  });
  router.on((_socket, [event], next) => {
    seen.push(event);
    next();
  });
  router.on("echo", (socket, [, data]) => socket.emit("echoed", data));
  io.use(router);
  io.on("connection", (socket) => socket.on("chat", (text, done) => done(text)));
  const socket = await connect(context, url);
  context.equal(await socket.timeout(2000).emitWithAck("chat", "hi"), "hi!", "socket.io-events: arguments");
  socket.emit("echo", Buffer.from("data"));
  context.equal(String(await once(socket, "echoed")), "data", "socket.io-events: an answer");
  context.equal(seen, ["chat", "echo"], "socket.io-events: all events");
}

async function checkRequests(context) {
  const request = context.require("socket.io-request");
  const { io, url } = await serve(context);
  const lost = [];
  io.on("connection", (socket) => {
    const requests = request(socket);
    requests.response("add", ({ a, b }, answer) => answer(a + b));
    requests.response("fail", (_data, answer) => answer.error(new TypeError("no")));
    socket.on("ask me", async (done) => done(await requests.request("name")));
    requests.request("nothing").catch((error) => lost.push(error.message));
  });
  const socket = await connect(context, url);
  const client = request(socket, { timeout: 200 });
  client.response("name", (_data, answer) => answer("ann"));
  const failed = (method) => client.request(method).catch((error) => error.name);
  context.equal(await client.request("add", { a: 1, b: 2 }), 3, "socket.io-request: an answer");
  context.equal(
    [await failed("fail"), await failed("none")],
    ["TypeError", "TimeoutError"],
    "socket.io-request: errors",
  );
  context.equal(await socket.emitWithAck("ask me"), "ann", "socket.io-request: the server asks");
  socket.disconnect();
  await context.eventually(() => lost, ["disconnect"], "socket.io-request: a client that leaves");
}
